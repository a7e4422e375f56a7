// Formatting changes nothing but blanks, and a second time nothing at all.

#include "hcl/format.hpp"
#include "hcl/scanner.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using kiln::Diagnostics;
using kiln::SourceFile;

/// What the tokens of `text` say, each with its kind.
std::vector<std::string> tokens_of(const std::string& text) {
    const SourceFile file("x", text);
    Diagnostics diagnostics;
    std::vector<std::string> tokens;
    for (const kiln::hcl::Token& token :
         kiln::hcl::scan(kiln::hcl::SourceText(file), kiln::hcl::ScanStart::config, diagnostics)) {
        tokens.push_back(
            std::to_string(static_cast<int>(token.kind)) + ":" +
            text.substr(token.begin, token.end - token.begin)
        );
    }
    return tokens;
}

std::optional<std::string> format(const std::string& text) {
    const SourceFile file("x", text);
    Diagnostics diagnostics;
    return kiln::hcl::format_config(file, diagnostics);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto formatted = format(text);
    if (!formatted) {
        return 0;
    }
    if (tokens_of(*formatted) != tokens_of(text) || format(*formatted) != formatted) {
        std::abort();
    }
    return 0;
}
