#include "template/template_files.hpp"

#include "template/testing/memory_world.hpp"

#include <gtest/gtest.h>

namespace kiln::tmpl {
namespace {

struct Found {
    std::optional<TemplateFiles> files;
    std::string diagnostics;
};

Found find(const std::string& path) {
    const MemoryWorld memory{
        {{"t/b.pkr.hcl", ""},
         {"t/a.pkr.hcl", ""},
         {"t/0.pkr.json", "{}"},
         {"t/z.auto.pkrvars.hcl", ""},
         {"t/a.auto.pkrvars.json", "{}"},
         {"t/other.pkrvars.hcl", ""},
         {"t/sub.pkr.hcl/x", ""},
         {"t/deep/c.pkr.hcl", ""},
         {"t/old.json", "{}"},
         {"empty/readme", ""},
         {"top.pkr.hcl", ""}},
        {}};
    const hcl::FunctionEnvironment world = memory.environment();
    Diagnostics diagnostics;
    Found found{find_template_files(path, std::nullopt, world, diagnostics), {}};
    found.diagnostics = render(diagnostics);
    return found;
}

TEST(TemplateFiles, OfAFolderAreSortedHclFirst) {
    EXPECT_EQ(
        find("t").files,
        (TemplateFiles{
            "t",
            {"t/a.pkr.hcl", "t/b.pkr.hcl", "t/0.pkr.json"},
            {"t/z.auto.pkrvars.hcl", "t/a.auto.pkrvars.json"}})
    );
}

TEST(TemplateFiles, OfAFileAreThatFileAlone) {
    EXPECT_EQ(find("t/b.pkr.hcl").files, (TemplateFiles{"t", {"t/b.pkr.hcl"}, {}}));
    EXPECT_EQ(find("top.pkr.hcl").files, (TemplateFiles{".", {"top.pkr.hcl"}, {}}));
}

TEST(TemplateFiles, SaysWhyThereAreNone) {
    EXPECT_EQ(find("nowhere").diagnostics, "error: there is no template at \"nowhere\"");
    EXPECT_EQ(
        find("empty").diagnostics,
        "error: Could not find any config file in empty\n"
        "  hint: files of a template end with .pkr.hcl or .pkr.json"
    );
}

TEST(TemplateFiles, OfAnyOtherNameAreLegacyJson) {
    EXPECT_EQ(
        find("t/old.json").files, (TemplateFiles{"t", {"t/old.json"}, {}, Language::legacy_json})
    );
    EXPECT_EQ(find("-").files, (TemplateFiles{".", {"-"}, {}, Language::legacy_json}));
}

}  // namespace
}  // namespace kiln::tmpl
