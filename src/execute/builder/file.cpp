#include "execute/builder/file.hpp"

#include "artifact/file_digest.hpp"
#include "disk/sparse_copy.hpp"
#include "execute/builder/no_machine.hpp"
#include "execute/unfinished_file.hpp"
#include "sys/file_system.hpp"

#include <utility>

namespace kiln::exec {

namespace {

// As Packer leaves it.
constexpr unsigned kMode = 0600;

class FileBuilder final : public Builder {
public:
    explicit FileBuilder(plan::FileBuilderOptions options) : options_(std::move(options)) {}

    void check(BuildContext& context) override {
        if (options_.source && !context.effects.files.status_followed(*options_.source)) {
            throw Error(
                ErrorKind::not_found,
                "source \"" + *options_.source + "\" does not exist",
                context.build.builder.options.range_of("source")
            );
        }
    }
    std::unique_ptr<Machine> start(BuildContext& /*context*/) override {
        return std::make_unique<NoMachine>();
    }
    std::optional<artifact::Artifact> capture(BuildContext& context, Machine& machine) override;
    void discard(BuildContext& context) noexcept override;

private:
    void write_target(BuildContext& context) const;

    plan::FileBuilderOptions options_;
    bool wrote_ = false;
};

void FileBuilder::write_target(BuildContext& context) const {
    sys::FileSystem& files = context.effects.files;
    if (options_.source && context.inputs) {
        const std::string digest =
            artifact::file_digest(*options_.source, DigestAlgorithm::sha256, context.stop);
        context.inputs->add({.name = *options_.source, .digests = {{"sha256", digest}}});
    }
    if (!options_.source) {
        files.write_file_atomic(options_.target, options_.content.value_or(""), kMode);
        return;
    }
    // Copied beside the target, so that what stands there is replaced at once or not at all.
    UnfinishedFile unfinished(context.effects.journal, options_.target);
    disk::sparse_copy(*options_.source, unfinished.path(), {.stop = context.stop});
    files.set_mode(unfinished.path(), kMode);
    unfinished.finish();
}

std::optional<artifact::Artifact> FileBuilder::capture(
    BuildContext& context, Machine& /*machine*/
) {
    write_target(context);
    wrote_ = true;
    artifact::Artifact artifact;
    artifact.builder_id = "packer.file";
    artifact.builder_type = "file";
    artifact.build_name = context.build.name;
    artifact.id = "File";
    artifact.text = "Stored file: " + options_.target;
    artifact.files = {options_.target};
    return artifact;
}

void FileBuilder::discard(BuildContext& context) noexcept {
    try {
        if (wrote_) {
            context.effects.files.remove_file(options_.target);
        }
    } catch (const std::exception& error) {
        context.warn("the file " + options_.target + " may be left: " + error.what());
    }
}

}  // namespace

std::unique_ptr<Builder> make_file_builder(plan::FileBuilderOptions options) {
    return std::make_unique<FileBuilder>(std::move(options));
}

}  // namespace kiln::exec
