#include "plan/upgrade/hcl2_upgrade.hpp"

#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/legacy_json.hpp"
#include "cli/messages.hpp"

#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

class Hcl2Upgrade : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("TEMPLATE", path_, CommandLine::Needed::required);
        line.option("output-file", "FILE", output_file_);
        line.flag("with-annotations", annotate_);
    }

    ExitCode run(Session& session) override {
        const plan::UpgradedTemplate made =
            plan::upgrade_to_hcl2(read_legacy_json(session, path_), annotate_);
        const std::string output = output_file_.empty() ? path_ + ".pkr.hcl" : output_file_;
        session.files.write_file_atomic(output, made.text, 0644);
        for (const std::string& remark : made.remarks) {
            print_message(session, "look at this: " + remark);
        }
        print_result(session, "Successfully created " + output);
        return ExitCode::done;
    }

private:
    std::string path_;
    std::string output_file_;
    bool annotate_ = false;
};

}  // namespace

std::unique_ptr<Command> make_hcl2_upgrade() {
    return std::make_unique<Hcl2Upgrade>();
}

}  // namespace kiln::cli
