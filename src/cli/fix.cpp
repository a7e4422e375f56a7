#include "plan/upgrade/fix.hpp"

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/legacy_json.hpp"
#include "cli/messages.hpp"
#include "cli/world.hpp"
#include "template/load.hpp"

#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

class Fix : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("TEMPLATE", path_, CommandLine::Needed::required);
        line.flag("validate", validate_);
    }

    ExitCode run(Session& session) override {
        nlohmann::ordered_json root = read_legacy_json(session, path_);
        plan::fix_template(root);
        const std::string fixed = root.dump(2);
        if (validate_ && !is_valid(session, root, fixed)) {
            return ExitCode::failed;
        }
        print_result(session, fixed);
        return ExitCode::done;
    }

private:
    /// Reports what can be judged without values of variables and without options of plugins, as in
    /// Packer; these are for `kiln validate`. Lines are those of the fixed text.
    bool is_valid(Session& session, const nlohmann::ordered_json& root, const std::string& fixed)
        const {
        const auto builders = root.find("builders");
        if (builders == root.end() || !builders->is_array() || builders->empty()) {
            throw Error(ErrorKind::input, path_ + " has no builders")
                .set_hint("-validate=false prints it all the same");
        }
        hcl::FunctionEnvironment world = real_world(session);
        // The template is the only file that is read to look at it.
        world.read_file = [&fixed](const std::string&) { return fixed; };
        tmpl::LoadRequest request;
        request.path = path_;
        request.language = tmpl::Language::legacy_json;
        request.without_values = true;
        Diagnostics diagnostics;
        tmpl::load_template(request, world, session.sources, diagnostics);
        return !report(session, diagnostics);
    }

    std::string path_;
    bool validate_ = true;
};

}  // namespace

std::unique_ptr<Command> make_fix() {
    return std::make_unique<Fix>();
}

}  // namespace kiln::cli
