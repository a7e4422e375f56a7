#include "execute/postprocessor/manifest.hpp"

#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>
#include <thread>

namespace kiln::exec {
namespace {

struct Manifest : testing::Test {
    RunFixture run;
    plan::ManifestOptions options;
    artifact::Artifact input;

    Manifest() {
        options.output = run.at("out/m.json");
        input.id = "Null";
    }
    PostProcessor::Result go() {
        BuildContext context = run.context();
        context.build_values = {{"ID", "machine-1"}};
        return make_manifest_post_processor(options)->process(context, input);
    }
};

// Compared byte for byte with what Packer 1.6.6 wrote for the same build.
TEST_F(Manifest, HasPackersLayout) {
    go();
    EXPECT_EQ(run.read("out/m.json"), R"({
  "builds": [
    {
      "name": "base",
      "builder_type": "null",
      "build_time": 1704164645,
      "files": null,
      "artifact_id": "Null",
      "packer_run_uuid": "11111111-2222-3333-4444-555555555555",
      "custom_data": null
    }
  ],
  "last_run_uuid": "11111111-2222-3333-4444-555555555555"
})");
    options.custom_data = {{"b", "y {{.ID}}"}, {"a", "x<&>\"é\x01"}};
    options.strip_path = true;
    options.strip_time = true;
    input.id = "File";
    input.files = {run.write("out.bin", "hello")};
    run.options.run_uuid = "second";
    const PostProcessor::Result result = go();
    EXPECT_EQ(run.read("out/m.json"), R"({
  "builds": [
    {
      "name": "base",
      "builder_type": "null",
      "build_time": 1704164645,
      "files": null,
      "artifact_id": "Null",
      "packer_run_uuid": "11111111-2222-3333-4444-555555555555",
      "custom_data": null
    },
    {
      "name": "base",
      "builder_type": "null",
      "files": [
        {
          "name": "out.bin",
          "size": 5
        }
      ],
      "artifact_id": "File",
      "packer_run_uuid": "second",
      "custom_data": {
        "a": "x\u003c\u0026\u003e\"é\u0001",
        "b": "y machine-1"
      }
    }
  ],
  "last_run_uuid": "second"
})");
    EXPECT_EQ(result.artifact->id, "File");
    EXPECT_TRUE(result.keep_input_by_default && result.force_keep_input);
}

TEST_F(Manifest, KeepsPathsUnlessTheyAreStripped) {
    input.files = {run.write("deep/out.bin", "hello")};
    go();
    EXPECT_NE(
        run.read("out/m.json").find("\"name\": \"" + run.at("deep/out.bin") + "\""),
        std::string::npos
    );
}

TEST_F(Manifest, DropsEarlierRunsWhenForced) {
    options.strip_time = true;
    go();
    const std::string one_build = run.read("out/m.json");
    run.options.force = true;
    go();
    EXPECT_GT(run.read("out/m.json").size(), one_build.size()) << "its own run is kept";
    run.options.run_uuid = "22222222-2222-3333-4444-555555555555";
    go();
    EXPECT_EQ(run.read("out/m.json").size(), one_build.size());
}

TEST_F(Manifest, LeavesAFileThatIsNoManifest) {
    run.write("out/m.json", "precious");
    EXPECT_THROW(go(), Error);
    EXPECT_EQ(run.read("out/m.json"), "precious");
}

TEST_F(Manifest, TakesTheEntriesOfBuildsThatEndTogether) {
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([this] { go(); });
        }
    }
    const std::string manifest = run.read("out/m.json");
    std::size_t entries = 0;
    for (std::size_t at = manifest.find("\"artifact_id\""); at != std::string::npos;
         at = manifest.find("\"artifact_id\"", at + 1)) {
        ++entries;
    }
    EXPECT_EQ(entries, 8U);
    EXPECT_FALSE(std::filesystem::exists(run.at("out/m.json.lock")));
}

}  // namespace
}  // namespace kiln::exec
