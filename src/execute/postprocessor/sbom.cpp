#include "execute/postprocessor/sbom.hpp"

#include "base/environment.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "contents/bill.hpp"
#include "contents/sizes.hpp"
#include "execute/postprocessor/output_name.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kiln::exec {

namespace {

using Path = std::filesystem::path;

struct BillForm {
    contents::BillFormat format;
    std::string ending;  ///< as the specifications name files: "spdx", "cdx"
};

BillForm form_of(const std::string& name) {
    return name == "cyclonedx" ? BillForm{contents::BillFormat::cyclonedx, "cdx"}
                               : BillForm{contents::BillFormat::spdx, "spdx"};
}

struct OpenedImage {
    Path path;
    contents::ImageTree tree;
};

/// The first file that holds a system; raw images first, for they need no conversion.
OpenedImage open_first_image(std::vector<Path> files, const contents::ReadDoors& doors) {
    if (files.empty()) {
        throw Error(ErrorKind::input, "sbom: the artifact has no files to read")
            .set_hint("a bill is made of a disk image, a tar or a folder on this machine");
    }
    std::stable_partition(files.begin(), files.end(), [](const Path& file) {
        return file.extension() == ".raw";
    });
    std::vector<std::string> reasons;
    for (const Path& file : files) {
        try {
            return {file, contents::open_image(file, doors)};
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) {
                throw;
            }
            reasons.push_back(error.message());
        }
    }
    throw Error(
        ErrorKind::input, "sbom: no file of the artifact is an image: " + join(reasons, "; ")
    );
}

class SbomPostProcessor final : public PostProcessor {
public:
    explicit SbomPostProcessor(plan::SbomOptions options) : options_(std::move(options)) {}

    Result process(BuildContext& context, const artifact::Artifact& input) override;

private:
    Path output_path(
        const BuildContext& context,
        const artifact::Artifact& input,
        const Path& image,
        const std::string& ending
    ) const;

    plan::SbomOptions options_;
};

Path SbomPostProcessor::output_path(
    const BuildContext& context,
    const artifact::Artifact& input,
    const Path& image,
    const std::string& ending
) const {
    if (!options_.output) {
        return image.string() + "." + ending + ".json";
    }
    return output_name(context, input, *options_.output, {{"Format", ending}});
}

PostProcessor::Result SbomPostProcessor::process(
    BuildContext& context, const artifact::Artifact& input
) {
    const std::optional<std::int64_t> time = source_date_epoch(context.effects.environment);
    const contents::ReadDoors doors{
        context.effects.processes, context.effects.temp_directory, context.stop};
    OpenedImage image = open_first_image(input.files, doors);
    context.say("Reading the contents of " + image.path.string());
    const contents::Contents found = contents::read_contents(image.tree, doors);
    const contents::Bill bill = contents::make_bill(image.tree, found, time, context.stop);

    artifact::Artifact output = input;
    output.sizes =
        contents::sizes_json(image.tree, found.packages, found.owners);  // the report draws it
    std::set<Path> written;
    for (const std::string& name : options_.formats) {
        const BillForm form = form_of(name);
        const Path path = output_path(context, input, image.path, form.ending);
        if (!written.insert(path).second) {
            throw Error(ErrorKind::input, "sbom: two formats would be written to " + path.string())
                .set_hint("put {{.Format}} in output");
        }
        if (path.has_parent_path()) {
            context.effects.files.make_directories(path.parent_path());
        }
        context.effects.files.write_file_atomic(path, contents::bill_json(bill, form.format));
        context.say(
            "Wrote " + path.string() + ": " + std::to_string(bill.packages.size()) + " packages, " +
            std::to_string(bill.files.size()) + " files of none"
        );
        output.files.push_back(path);
    }
    return {output, true, true};
}

}  // namespace

std::unique_ptr<PostProcessor> make_sbom_post_processor(plan::SbomOptions options) {
    return std::make_unique<SbomPostProcessor>(std::move(options));
}

}  // namespace kiln::exec
