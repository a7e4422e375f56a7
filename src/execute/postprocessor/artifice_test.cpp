#include "execute/postprocessor/artifice.hpp"

#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

class Artifice : public testing::Test {
protected:
    RunFixture run;
    plan::ArtificeOptions options;
    artifact::Artifact input;

    PostProcessor::Result go() {
        BuildContext context = run.context();
        return make_artifice_post_processor(options)->process(context, input);
    }
};

TEST_F(Artifice, TakesOtherFilesForTheArtifact) {
    const std::filesystem::path a = run.write("a.ova", "");
    const std::filesystem::path b = run.write("b.ova", "");
    input.files = {run.write("old", "")};
    options.files = {run.at("*.ova"), run.at("none-*")};
    const PostProcessor::Result result = go();
    ASSERT_TRUE(result.artifact);
    EXPECT_THAT(result.artifact->files, testing::ElementsAre(a, b));
    EXPECT_EQ(
        result.artifact->text, "Created artifact from files: " + a.string() + ", " + b.string()
    );
    EXPECT_TRUE(result.keep_input_by_default);
    EXPECT_FALSE(result.force_keep_input);
}

TEST_F(Artifice, FailsWhereNothingMatches) {
    options.files = {run.at("*.ova")};
    try {
        go();
        FAIL() << "did not throw";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "artifice: no file matches " + run.at("*.ova"));
    }
}

}  // namespace
}  // namespace kiln::exec
