#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

const std::map<std::string, std::string> kFiles = {
    {"f.txt", "hello"},
    {"binary", "\xff\xfe"},
    {"sub/g.txt", "g"},
    {"sub/deep/h.txt", "h"},
    {"sub/.hidden", ""},
    {"t.tpl", ""},
    {"/home/me/notes", "mine"},
    {"/srv/raw", "raw"},
    {"raw", "raw"},
};

TEST(FileFunctions, ReadBelowTheBaseDirectory) {
    const Case cases[] = {
        {R"(file("f.txt"))", R"("hello")"},
        {R"(file("./sub/../f.txt"))", R"("hello")"},
        {R"(file("~/notes"))", R"("mine")"},
        {R"(file("/srv/raw"))", R"("raw")"},
        {R"(fileexists("f.txt"))", "true"},
        {R"(fileexists("~/notes"))", "true"},
        {R"(fileexists("missing"))", "false"},
    };
    expect_results(cases, Evaluation(kFiles));
}

TEST(FileFunctions, ReadBase64RelativeToTheWorkingDirectory) {
    const Case cases[] = {
        {R"(filebase64("/srv/raw"))", R"("cmF3")"},
        {R"(filebase64("raw"))", "reading raw: No such file or directory @ \"raw\""},
    };
    expect_results(cases, Evaluation(kFiles));
}

TEST(FileFunctions, NameTheFileThatIsWrong) {
    const Case cases[] = {
        {R"(file("missing"))", R"(reading root/missing: No such file or directory @ "missing")"},
        {R"(file("binary"))",
         R"("root/binary" is not valid UTF-8; filebase64() reads any file as base64 @ "binary")"},
        {R"(file("~other/x"))",
         R"(only the own home directory can be written as "~", not that of a user @ "~other/x")"},
        {R"(fileexists("sub"))", R"("root/sub" is a directory and no regular file @ "sub")"},
    };
    expect_results(cases, Evaluation(kFiles));
}

TEST(FileFunctions, WithoutAWorldSaySo) {
    const FunctionTable functions = standard_functions({});
    const auto result = call(*functions.find("file"), std::vector{Value::string("x")});
    EXPECT_EQ(std::get<FunctionFailure>(result).message, "files cannot be read here");
}

TEST(Fileset, FindsRegularFilesByPattern) {
    const Case cases[] = {
        {R"(fileset(".", "*"))", R"(["binary", "f.txt", "raw", "t.tpl"])"},
        {R"(fileset("sub", "*"))", R"([".hidden", "g.txt"])"},
        {R"(fileset(".", "**"))",
         R"(["binary", "f.txt", "raw", "sub/.hidden", "sub/deep/h.txt", "sub/g.txt", "t.tpl"])"},
        {R"(fileset(".", "**/*.txt"))", R"(["f.txt", "sub/deep/h.txt", "sub/g.txt"])"},
        {R"(fileset(".", "sub/**/h.txt"))", R"(["sub/deep/h.txt"])"},
        {R"(fileset(".", "sub/g.txt"))", R"(["sub/g.txt"])"},
        {R"(fileset(".", "{f,t}.*"))", R"(["f.txt", "t.tpl"])"},
        {R"(fileset(".", "{f.txt,sub/{g,x}.txt}"))", R"(["f.txt", "sub/g.txt"])"},
        {R"(fileset(".", "[ft].t*"))", R"(["f.txt", "t.tpl"])"},
        {R"(fileset(".", "[^a-f]*"))", R"(["raw", "t.tpl"])"},
        {R"(fileset(".", "?.txt"))", R"(["f.txt"])"},
        {R"(fileset(".", "sub/../f.txt"))", R"(["f.txt"])"},
        {R"(fileset(".", "sub"))", "[]"},
        {R"(fileset("missing", "*"))", "[]"},
        {R"(fileset(".", "["))", R"("[" is no valid pattern @ "[")"},
        {R"(fileset(".", "{a"))", R"("{a" is no valid pattern @ "{a")"},
    };
    expect_results(cases, Evaluation(kFiles));
}

TEST(PathFunctions, WorkOnTheTextAlone) {
    expect_results({
        {R"(abspath("d/../x"))", R"("/srv/here/x")"},
        {R"(abspath("/a//b/./c"))", R"("/a/b/c")"},
        {R"(abspath(""))", R"("/srv/here")"},
        {R"(abspath("../../.."))", R"("/")"},
        {R"(basename("/a/b/"))", R"("b")"},
        {R"(basename(""))", R"(".")"},
        {R"(basename("/"))", R"("/")"},
        {R"(basename("a/.."))", R"("..")"},
        {R"(dirname("/a/b/"))", R"("/a/b")"},
        {R"(dirname("a"))", R"(".")"},
        {R"(dirname("/a"))", R"("/")"},
        {R"(dirname(""))", R"(".")"},
        {R"(dirname("a//b/../c"))", R"("a")"},
        {R"(dirname("../a"))", R"("..")"},
        {R"(pathexpand("~"))", R"("/home/me")"},
        {R"(pathexpand("~/x"))", R"("/home/me/x")"},
        {R"(pathexpand("~/../x"))", R"("/home/x")"},
        {R"(pathexpand("x"))", R"("x")"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
