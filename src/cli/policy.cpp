#include "cli/aws_door.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/planned.hpp"
#include "execute/aws/amazon_parts.hpp"
#include "execute/aws/dry_run.hpp"
#include "execute/aws/permissions.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::cli {

namespace {

const char* word_of(exec::Leave leave) {
    switch (leave) {
        case exec::Leave::allowed:
            return "allowed";
        case exec::Leave::refused:
            return "lacks";
        case exec::Leave::unsure:
            return "unsure";
        case exec::Leave::not_asked:
            return "not asked";
    }
    return "";
}

std::string line_of(const exec::AskedPermission& one) {
    std::string text = fmt::format("  {:<9}  {:<42}  {}", word_of(one.leave), one.action, one.step);
    if (one.action == "ec2:CopyImage") {
        text += " to " + one.region;
    }
    return text + (one.answer.empty() ? "" : " (" + one.answer + ")") + "\n";
}

bool lacks(const exec::AskedPermission& one) {
    return one.leave == exec::Leave::refused;
}

class Policy : public Command {
public:
    void declare(CommandLine& line) override {
        template_.declare(line, CommandLine::Needed::optional);
        line.choice("images", {"look", "change", "remove"}, images_);
        line.flag("explain", explain_);
        line.flag("check", check_);
    }

    ExitCode run(Session& session) override {
        if (template_.path.empty() == images_.empty()) {
            throw Error(ErrorKind::usage, "kiln policy needs either a TEMPLATE or -images");
        }
        if (!images_.empty()) {
            const auto work = images_ == "look"     ? exec::ImageKeeping::look
                              : images_ == "change" ? exec::ImageKeeping::change
                                                    : exec::ImageKeeping::remove;
            print_result(session, exec::policy_json(exec::permissions_to_keep(work), explain_));
            return ExitCode::done;
        }
        const std::optional<Planned> planned = load_and_plan(
            session,
            template_,
            UndeclaredNames::ignore,
            check_ ? DataSources::read : DataSources::leave
        );
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
        if (check_) {
            return check(session, planned->plan);
        }
        print_result(session, exec::policy_json(permissions, explain_));
        return ExitCode::done;
    }

private:
    /// What the present keys lack, build by build.
    static ExitCode check(Session& session, const plan::BuildPlan& plan) {
        const auto aws = aws_door(session);
        std::string text;
        bool all_there = true;
        for (const plan::Build& build : plan.builds) {
            const auto parts = exec::amazon_parts(build);
            if (!parts) {
                continue;
            }
            const auto access = aws().open(*parts->access, {});
            const auto asked = exec::ask_permissions(*access, build, {});
            text += fmt::format(
                "{}: {} in {}\n", build.name, access->identity({}).arn, access->region()
            );
            for (const exec::AskedPermission& one : asked) {
                text += line_of(one);
            }
            const auto lacking = std::count_if(asked.begin(), asked.end(), lacks);
            text += lacking == 0 ? "  nothing is known to be lacking\n"
                                 : fmt::format("  {} of {} are lacking\n", lacking, asked.size());
            all_there = all_there && lacking == 0;
        }
        print_result(session, text);
        return all_there ? ExitCode::done : ExitCode::failed;
    }

    TemplateOptions template_;
    std::string images_;
    bool explain_ = false;
    bool check_ = false;
};

}  // namespace

std::unique_ptr<Command> make_policy() {
    return std::make_unique<Policy>();
}

}  // namespace kiln::cli
