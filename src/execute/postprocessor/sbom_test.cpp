#include "execute/postprocessor/sbom.hpp"

#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct SbomTest : testing::Test {
    RunFixture run;
    plan::SbomOptions options;
    artifact::Artifact input;

    SbomTest() {
        run.write("tree/etc/os-release", "ID=debian\nVERSION_ID=12\n");
        run.effects.environment["SOURCE_DATE_EPOCH"] = "1700000000";
        input.builder_type = "null";
        input.files = {run.write("notes", "no image"), run.at("tree")};
    }
    PostProcessor::Result go() {
        BuildContext context = run.context();
        return make_sbom_post_processor(options)->process(context, input);
    }
    std::string failure() {
        try {
            go();
        } catch (const Error& error) {
            return error.message();
        }
        return "";
    }
};

TEST_F(SbomTest, StandsBesideTheImageAndJoinsTheArtifact) {
    options.formats = {"spdx", "cyclonedx"};
    const PostProcessor::Result result = go();
    ASSERT_TRUE(result.artifact);
    EXPECT_THAT(
        result.artifact->files,
        ElementsAre(
            input.files[0], input.files[1], run.at("tree.spdx.json"), run.at("tree.cdx.json")
        )
    );
    EXPECT_TRUE(result.keep_input_by_default);
    EXPECT_EQ(
        result.artifact->sizes,
        R"({"packages":[{"name":"","bytes":24}],"folders":[{"name":"/etc","bytes":24}]})"
    );
    EXPECT_THAT(run.read("tree.spdx.json"), HasSubstr("\"created\": \"2023-11-14T22:13:20Z\""));
    EXPECT_THAT(run.read("tree.spdx.json"), HasSubstr("\"fileName\": \"./etc/os-release\""));
    EXPECT_THAT(run.read("tree.cdx.json"), HasSubstr("\"specVersion\": \"1.6\""));
}

TEST_F(SbomTest, TheOutputKnowsTheBuild) {
    options.output = run.at("bills/{{.BuildName}}-{{.BuilderType}}.{{.Format}}.json");
    go();
    EXPECT_THAT(run.read("bills/base-null.spdx.json"), HasSubstr("SPDX-2.3"));
}

TEST_F(SbomTest, RefusesWhatItCanNotDo) {
    options.formats = {"spdx", "cyclonedx"};
    options.output = run.at("one");
    EXPECT_EQ(failure(), "sbom: two formats would be written to " + run.at("one"));
    input.files.pop_back();
    EXPECT_EQ(
        failure(),
        "sbom: no file of the artifact is an image: " + run.at("notes") +
            " holds no file system with /etc/os-release: it has unknown contents"
    );
    input.files.clear();
    EXPECT_EQ(failure(), "sbom: the artifact has no files to read");
    run.effects.environment["SOURCE_DATE_EPOCH"] = "yesterday";
    EXPECT_EQ(failure(), "SOURCE_DATE_EPOCH is \"yesterday\", not a number of seconds");
}

}  // namespace
}  // namespace kiln::exec
