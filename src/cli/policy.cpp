#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/planned.hpp"
#include "execute/aws/permissions.hpp"

namespace kiln::cli {

namespace {

class Policy : public Command {
public:
    void declare(CommandLine& line) override {
        template_.declare(line);
        line.flag("explain", explain_);
    }

    ExitCode run(Session& session) override {
        const std::optional<Planned> planned =
            load_and_plan(session, template_, UndeclaredNames::ignore, DataSources::leave);
        if (!planned) {
            return ExitCode::failed;
        }
        const std::vector<exec::Permission> permissions = exec::permissions_of(planned->plan);
        if (permissions.empty()) {
            throw Error(ErrorKind::input, "none of the builds is done on EC2")
                .set_hint(
                    "a policy is of use to the builders amazon-ebs, amazon-ebssurrogate and "
                    "amazon-ebsvolume"
                );
        }
        print_result(session, exec::policy_json(permissions, explain_));
        return ExitCode::done;
    }

private:
    TemplateOptions template_;
    bool explain_ = false;
};

}  // namespace

std::unique_ptr<Command> make_policy() {
    return std::make_unique<Policy>();
}

}  // namespace kiln::cli
