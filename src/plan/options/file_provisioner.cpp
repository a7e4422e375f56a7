#include "plan/options/file_provisioner.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void content_or_files(const FileProvisionerOptions& file, const CheckContext& context) {
    if (file.content && (file.source || !file.sources.empty())) {
        context.error("content", "\"content\" excludes \"source\" and \"sources\"");
    }
}

void sources_exist(const FileProvisionerOptions& file, const CheckContext& context) {
    if (file.direction != "upload" || file.generated) {
        return;
    }
    for (const std::string& source : file.sources) {
        check_local_file("sources", source, context);
    }
    if (file.source) {
        check_local_file("source", *file.source, context);
    }
}

}  // namespace

const OptionTable& FileProvisionerOptions::options() {
    using O = FileProvisionerOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::source>(
            "source",
            {.help = "file or folder to copy; a folder with a trailing slash means its contents",
             .render = Render::at_prepare_and_run}
        ),
        option<&O::sources>(
            "sources",
            {.help = "several of them, copied in order", .render = Render::at_prepare_and_run}
        ),
        option<&O::content>("content", {.help = "text to write instead of copying a file"}),
        option<&O::destination>(
            "destination",
            {.help = "path to copy to; with a trailing slash a folder; where nothing is, a folder "
                     "that is copied becomes it",
             .render = Render::at_prepare_and_run,
             .required = true}
        ),
        option<&O::direction>(
            "direction", {.help = "to the machine, or from it", .allowed = {"upload", "download"}}
        ),
        option<&O::generated>(
            "generated", {.help = "the source comes into being during the build"}
        ),
        rule<&content_or_files>("`content` excludes `source` and `sources`."),
        rule<&sources_exist>("What is uploaded must exist, unless `generated` is set."),
    });
    return table;
}

}  // namespace kiln::plan
