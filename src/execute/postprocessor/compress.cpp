#include "execute/postprocessor/compress.hpp"

#include "execute/postprocessor/compressed_file.hpp"
#include "execute/postprocessor/output_name.hpp"
#include "execute/unfinished_file.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <utility>

namespace kiln::exec {

namespace {

class CompressPostProcessor final : public PostProcessor {
public:
    explicit CompressPostProcessor(plan::CompressOptions options) : options_(std::move(options)) {}

    Result process(BuildContext& context, const artifact::Artifact& input) override;

private:
    plan::CompressOptions options_;
};

PostProcessor::Result CompressPostProcessor::process(
    BuildContext& context, const artifact::Artifact& input
) {
    const std::filesystem::path output = output_name(context, input, options_.output);
    const CompressFormat format = compress_format(output, options_.format);
    if (input.files.empty()) {
        throw Error(ErrorKind::input, "compress: the artifact has no files");
    }
    if (format.archive == CompressFormat::Archive::none && input.files.size() != 1) {
        throw Error(
            ErrorKind::input,
            "compress: " + to_string(format) + " holds one file, and the artifact has " +
                std::to_string(input.files.size())
        )
            .set_hint("use an archive: .tar." + to_string(format) + " or .zip");
    }
    if (std::find(input.files.begin(), input.files.end(), output) != input.files.end()) {
        throw Error(
            ErrorKind::input, "compress: " + output.string() + " is a file of the artifact itself"
        );
    }
    if (output.has_parent_path()) {
        context.effects.files.make_directories(output.parent_path());
    }
    context.say("Compressing to " + output.string() + " (" + to_string(format) + ")");
    UnfinishedFile unfinished(context.effects.journal, output);
    write_compressed(
        context,
        input.files,
        unfinished.path(),
        format,
        static_cast<int>(std::max<std::int64_t>(options_.compression_level, 0))
    );
    unfinished.finish();

    artifact::Artifact artifact;
    artifact.builder_id = "packer.post-processor.compress";
    artifact.builder_type = input.builder_type;
    artifact.build_name = input.build_name;
    artifact.text = "compressed artifacts in: " + output.string();
    artifact.files = {output};
    return {artifact, false, false};
}

}  // namespace

std::unique_ptr<PostProcessor> make_compress_post_processor(plan::CompressOptions options) {
    return std::make_unique<CompressPostProcessor>(std::move(options));
}

}  // namespace kiln::exec
