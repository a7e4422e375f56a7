#include "execute/postprocessor/artifice.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <glob.h>
#include <utility>

namespace kiln::exec {

namespace {

/// The files that a pattern stands for, by name. One without wildcards that is not there is none.
std::vector<std::filesystem::path> matches_of(const std::string& pattern) {
    glob_t found{};
    const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
    std::vector<std::filesystem::path> paths;
    for (std::size_t i = 0; result == 0 && i < found.gl_pathc; ++i) {
        paths.emplace_back(found.gl_pathv[i]);
    }
    ::globfree(&found);
    return paths;
}

class ArtificePostProcessor final : public PostProcessor {
public:
    explicit ArtificePostProcessor(plan::ArtificeOptions options) : options_(std::move(options)) {}

    Result process(BuildContext& context, const artifact::Artifact& input) override;

private:
    plan::ArtificeOptions options_;
};

PostProcessor::Result ArtificePostProcessor::process(
    BuildContext& context, const artifact::Artifact& input
) {
    artifact::Artifact artifact;
    artifact.builder_id = "packer.post-processor.artifice";
    artifact.builder_type = input.builder_type;
    artifact.build_name = input.build_name;
    for (const std::string& pattern : options_.files) {
        const std::vector<std::filesystem::path> matches = matches_of(pattern);
        if (matches.empty()) {
            context.warn("artifice: no file matches " + pattern);
        }
        artifact.files.insert(artifact.files.end(), matches.begin(), matches.end());
    }
    if (artifact.files.empty()) {
        throw Error(
            ErrorKind::not_found, "artifice: no file matches " + join(options_.files, ", ")
        );
    }
    if (!input.files.empty()) {
        context.say("Discarding files from artifact: " + std::to_string(input.files.size()));
    }
    std::vector<std::string> names;
    for (const std::filesystem::path& file : artifact.files) {
        names.push_back(file.string());
    }
    artifact.text = "Created artifact from files: " + join(names, ", ");
    return {artifact, true, false};
}

}  // namespace

std::unique_ptr<PostProcessor> make_artifice_post_processor(plan::ArtificeOptions options) {
    return std::make_unique<ArtificePostProcessor>(std::move(options));
}

}  // namespace kiln::exec
