#include "lint/shell/script.hpp"

#include <gtest/gtest.h>
#include <string>

namespace kiln::lint::shell {
namespace {

TEST(ShellScript, SurvivesWhatIsNoScript) {
    for (const char* text :
         {"'",        "\"",   "`",         "$(",        "${",     "((",         "a(", "<<",
          "<<E",      "case", "case x in", "fi",        ")",      "}",          "[[", "\\",
          "&>",       "if",   "esac",      "a <<E\n$(", "$($($(", "\"$(\"$(\"", "<(", "for ((",
          "function", "!",    "|",         "&&",        ";;"}) {
        SCOPED_TRACE(text);
        read_script(text);
    }
    std::string deep;
    for (int i = 0; i < 20'000; ++i) {
        deep += "sh -c \"$(";
    }
    read_script(deep);
    std::string ifs;
    for (int i = 0; i < 20'000; ++i) {
        ifs += "if a; then (";
    }
    read_script(ifs);
}

}  // namespace
}  // namespace kiln::lint::shell
