#include "cli/required_plugins.hpp"

#include "base/error.hpp"
#include "cli/messages.hpp"
#include "cli/world.hpp"
#include "template/load.hpp"

namespace kiln::cli {

namespace {

void refuse_legacy(Session& session, const std::string& path) {
    const auto status = session.files.status_followed(path);
    const bool is_folder = status && status->type == sys::FileType::directory;
    if (!status || is_folder || path.ends_with(".pkr.hcl") || path.ends_with(".pkr.json")) {
        return;
    }
    throw Error(ErrorKind::input, path + " is a legacy JSON template, which names no plugins")
        .set_hint("kiln has its plugins built in: go on with kiln build");
}

}  // namespace

std::optional<RequiredPlugins> read_required_plugins(Session& session, const std::string& path) {
    refuse_legacy(session, path);
    tmpl::LoadRequest request;
    request.path = path;
    request.packer_blocks_only = true;
    Diagnostics diagnostics;
    RequiredPlugins plugins;
    plugins.packer_blocks =
        tmpl::load_template(request, real_world(session), session.sources, diagnostics);
    if (report(session, diagnostics)) {
        return std::nullopt;
    }
    plugins.needs = plan::plugin_needs(*plugins.packer_blocks);

    // The blocks that need them, as far as they can be read without values for the variables.
    request.packer_blocks_only = false;
    Diagnostics not_asked_for;
    plugins.blocks =
        tmpl::load_template(request, real_world(session), session.sources, not_asked_for);
    return plugins;
}

std::string list_required(const RequiredPlugins& plugins) {
    std::string text;
    for (const plan::PluginNeed& need : plugins.needs) {
        text += need.required->source + " " + need.required->version + ": " +
                (need.built_in ? "built in" : "kiln does not have it") + "\n";
    }
    return text;
}

}  // namespace kiln::cli
