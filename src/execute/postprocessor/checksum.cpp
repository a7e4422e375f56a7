#include "execute/postprocessor/checksum.hpp"

#include "artifact/digest_memo.hpp"
#include "base/strings.hpp"
#include "execute/postprocessor/output_name.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kiln::exec {

namespace {

constexpr std::array<std::pair<std::string_view, DigestAlgorithm>, 6> kTypes = {{
    {"md5", DigestAlgorithm::md5},
    {"sha1", DigestAlgorithm::sha1},
    {"sha224", DigestAlgorithm::sha224},
    {"sha256", DigestAlgorithm::sha256},
    {"sha384", DigestAlgorithm::sha384},
    {"sha512", DigestAlgorithm::sha512},
}};

DigestAlgorithm algorithm_of(const std::string& type) {
    const auto* const found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& known) {
        return known.first == type;
    });
    if (found == kTypes.end()) {
        throw Error(ErrorKind::input, "checksum: \"" + type + "\" is no type of checksum");
    }
    return found->second;
}

class ChecksumPostProcessor final : public PostProcessor {
public:
    explicit ChecksumPostProcessor(plan::ChecksumOptions options) : options_(std::move(options)) {}

    Result process(BuildContext& context, const artifact::Artifact& input) override;

private:
    std::filesystem::path output_path(
        const BuildContext& context, const artifact::Artifact& input, const std::string& type
    ) const;

    plan::ChecksumOptions options_;
};

// Packer adds to what is there, so that several builds can share one output.
void append(sys::FileSystem& files, const std::filesystem::path& path, const std::string& lines) {
    if (path.has_parent_path()) {
        files.make_directories(path.parent_path());
    }
    const std::string before = files.status_followed(path) ? files.read_file(path) : "";
    files.write_file_atomic(path, before + lines);
}

std::filesystem::path ChecksumPostProcessor::output_path(
    const BuildContext& context, const artifact::Artifact& input, const std::string& type
) const {
    return output_name(context, input, options_.output, {{"ChecksumType", type}});
}

PostProcessor::Result ChecksumPostProcessor::process(
    BuildContext& context, const artifact::Artifact& input
) {
    const auto digests = input.digests ? input.digests : std::make_shared<artifact::DigestMemo>();
    artifact::Artifact output = input;
    output.builder_id = "packer.post-processor.checksum";
    output.id.clear();
    output.digests = digests;
    for (const std::string& type : options_.checksum_types) {
        std::string lines;
        for (const std::filesystem::path& file : input.files) {
            lines += digests->file_digest(file, algorithm_of(type), context.stop) + "\t" +
                     file.filename().string() + "\n";
        }
        if (lines.empty()) {
            continue;
        }
        const std::filesystem::path path = output_path(context, input, type);
        append(context.effects.files, path, lines);
        output.files.push_back(path);
    }
    std::vector<std::string> names;
    for (const std::filesystem::path& file : output.files) {
        names.push_back(file.string());
    }
    output.text = "Created artifact from files: " + join(names, ", ");
    return {output, true, true};
}

}  // namespace

std::unique_ptr<PostProcessor> make_checksum_post_processor(plan::ChecksumOptions options) {
    return std::make_unique<ChecksumPostProcessor>(std::move(options));
}

}  // namespace kiln::exec
