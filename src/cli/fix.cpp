#include "plan/upgrade/fix.hpp"

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/legacy_json.hpp"
#include "cli/messages.hpp"

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
        if (validate_) {
            check(root);
        }
        print_result(session, root.dump(2));
        return ExitCode::done;
    }

private:
    /// What no template can do without; the rest is for `kiln validate` to say.
    void check(const nlohmann::ordered_json& root) const {
        const auto builders = root.find("builders");
        if (builders == root.end() || !builders->is_array() || builders->empty()) {
            throw Error(ErrorKind::input, path_ + " has no builders")
                .set_hint("-validate=false prints it all the same");
        }
    }

    std::string path_;
    bool validate_ = true;
};

}  // namespace

std::unique_ptr<Command> make_fix() {
    return std::make_unique<Fix>();
}

}  // namespace kiln::cli
