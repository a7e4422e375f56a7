#include "execute/postprocessor/checksum.hpp"

#include "artifact/digest_memo.hpp"
#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::ElementsAre;

struct Checksum : testing::Test {
    RunFixture run;
    plan::ChecksumOptions options;
    artifact::Artifact input;

    Checksum() {
        input.builder_type = "null";
        input.id = "img";
        input.files = {run.write("out.bin", "hello"), run.write("b", "")};
        options.output = run.at("sub/{{.BuildName}}_{{.BuilderType}}.{{.ChecksumType}}");
    }
    PostProcessor::Result go() {
        BuildContext context = run.context();
        return make_checksum_post_processor(options)->process(context, input);
    }
};

TEST_F(Checksum, WritesALineForEachFileAndAnOutputForEachType) {
    options.checksum_types = {"md5", "sha256"};
    const PostProcessor::Result result = go();
    EXPECT_EQ(
        run.read("sub/base_null.md5"),
        "5d41402abc4b2a76b9719d911017c592\tout.bin\nd41d8cd98f00b204e9800998ecf8427e\tb\n"
    );
    EXPECT_EQ(
        run.read("sub/base_null.sha256"),
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\tout.bin\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\tb\n"
    );
    EXPECT_TRUE(result.keep_input_by_default);
    EXPECT_EQ(result.artifact->builder_id, "packer.post-processor.checksum");
    EXPECT_EQ(result.artifact->id, "");
    EXPECT_THAT(
        result.artifact->files,
        ElementsAre(
            run.at("out.bin"),
            run.at("b"),
            run.at("sub/base_null.md5"),
            run.at("sub/base_null.sha256")
        )
    );
    EXPECT_EQ(
        result.artifact->text,
        "Created artifact from files: " + run.at("out.bin") + ", " + run.at("b") + ", " +
            run.at("sub/base_null.md5") + ", " + run.at("sub/base_null.sha256")
    );
}

TEST_F(Checksum, AddsToWhatIsThere) {
    input.files.pop_back();
    go();
    go();
    EXPECT_EQ(
        run.read("sub/base_null.md5"),
        "5d41402abc4b2a76b9719d911017c592\tout.bin\n5d41402abc4b2a76b9719d911017c592\tout.bin\n"
    );
}

TEST_F(Checksum, ReadsNoFileWhoseDigestIsKnown) {
    input.files.pop_back();
    input.digests = std::make_shared<artifact::DigestMemo>();
    input.digests->remember(input.files[0], DigestAlgorithm::md5, "known");
    const PostProcessor::Result result = go();
    EXPECT_EQ(run.read("sub/base_null.md5"), "known\tout.bin\n");
    EXPECT_EQ(result.artifact->digests, input.digests);
}

TEST_F(Checksum, WritesNothingForAnArtifactWithoutFiles) {
    input.files.clear();
    EXPECT_EQ(go().artifact->text, "Created artifact from files: ");
    EXPECT_FALSE(std::filesystem::exists(run.at("sub")));
}

}  // namespace
}  // namespace kiln::exec
