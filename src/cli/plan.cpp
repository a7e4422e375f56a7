#include "base/sensitive.hpp"
#include "cli/aws_door.hpp"
#include "cli/commands.hpp"
#include "cli/forecast_text.hpp"
#include "cli/messages.hpp"
#include "cli/planned.hpp"
#include "execute/aws/amazon_parts.hpp"
#include "execute/aws/forecast.hpp"
#include "plan/print_plan.hpp"

#include <map>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

constexpr int kUsualMinutes = 15;
constexpr int kLongestMinutes = 7 * 24 * 60;

class Plan : public Command {
public:
    void declare(CommandLine& line) override {
        template_.declare(line);
        line.flag("json", json_);
        line.flag("warn-on-undeclared-var", warn_on_undeclared_var_);
        line.flag("resolve", resolve_);
        line.option("minutes", "N", minutes_);
    }

    ExitCode run(Session& session) override {
        session.json = json_;
        if (minutes_ < 1 || minutes_ > kLongestMinutes) {
            throw Error(
                ErrorKind::usage,
                "-minutes " + std::to_string(minutes_) + ": expected 1 to " +
                    std::to_string(kLongestMinutes)
            );
        }
        const auto undeclared =
            warn_on_undeclared_var_ ? UndeclaredNames::warn : UndeclaredNames::ignore;
        const std::optional<Planned> planned =
            load_and_plan(session, template_, undeclared, DataSources::read);
        if (!planned) {
            return ExitCode::failed;
        }
        const std::vector<exec::Forecast> forecasts =
            resolve_ ? forecasts_of(session, planned->plan) : std::vector<exec::Forecast>();
        print_result(
            session, json_ ? json(planned->plan, forecasts) : text(planned->plan, forecasts)
        );
        return ExitCode::done;
    }

private:
    /// Of the builds on EC2. Builds with the same keys share what is known of prices.
    std::vector<exec::Forecast> forecasts_of(Session& session, const plan::BuildPlan& plan) const {
        const auto aws = aws_door(session);
        std::map<exec::AwsSession*, exec::Prices> prices;
        std::vector<exec::Forecast> forecasts;
        for (const plan::Build& build : plan.builds) {
            if (const auto parts = exec::amazon_parts(build)) {
                const auto access = aws().open(*parts->access, {});
                auto& list = prices.try_emplace(access.get(), access->client(), std::stop_token())
                                 .first->second;
                exec::Forecast made =
                    exec::forecast(*access, build, list, std::chrono::minutes(minutes_), {});
                made.build = mask_whole_secrets(made.build, plan.secrets);
                made.ami_name = mask_whole_secrets(made.ami_name, plan.secrets);
                forecasts.push_back(std::move(made));
            }
        }
        if (forecasts.empty()) {
            throw Error(ErrorKind::input, "-resolve: none of the builds is done on EC2");
        }
        return forecasts;
    }

    static std::string text(
        const plan::BuildPlan& plan, const std::vector<exec::Forecast>& forecasts
    ) {
        std::string text = plan::print_plan(plan);
        for (const exec::Forecast& forecast : forecasts) {
            text += "\n" + forecast_text(forecast);
        }
        return text;
    }

    std::string json(const plan::BuildPlan& plan, const std::vector<exec::Forecast>& forecasts)
        const {
        const std::string text = plan::print_plan_json(plan);
        if (!resolve_) {
            return text;
        }
        nlohmann::ordered_json document = nlohmann::ordered_json::parse(text);
        document["ec2"] = nlohmann::ordered_json::array();
        for (const exec::Forecast& forecast : forecasts) {
            document["ec2"].push_back(forecast_json(forecast));
        }
        return document.dump(2) + "\n";
    }

    TemplateOptions template_;
    bool json_ = false;
    bool warn_on_undeclared_var_ = false;
    bool resolve_ = false;
    int minutes_ = kUsualMinutes;
};

}  // namespace

std::unique_ptr<Command> make_plan() {
    return std::make_unique<Plan>();
}

}  // namespace kiln::cli
