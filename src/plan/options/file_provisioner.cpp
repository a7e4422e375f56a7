#include "plan/options/file_provisioner.hpp"

namespace kiln::plan {

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
            {.help = "path to copy to; with a trailing slash a folder",
             .render = Render::at_prepare_and_run,
             .required = true}
        ),
        option<&O::direction>(
            "direction", {.help = "to the machine, or from it", .allowed = {"upload", "download"}}
        ),
        option<&O::generated>(
            "generated", {.help = "the source comes into being during the build"}
        ),
    });
    return table;
}

void FileProvisionerOptions::check(const DecodedOptions& options, const CheckContext& context) {
    const auto& file = options.as<FileProvisionerOptions>();
    if (file.content && (file.source || !file.sources.empty())) {
        context.error(options, "content", "\"content\" excludes \"source\" and \"sources\"");
    }
    if (file.direction != "upload" || file.generated) {
        return;
    }
    for (const std::string& source : file.sources) {
        check_local_file(options, "sources", source, context);
    }
    if (file.source) {
        check_local_file(options, "source", *file.source, context);
    }
}

}  // namespace kiln::plan
