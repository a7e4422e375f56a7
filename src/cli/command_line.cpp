#include "cli/command_line.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace kiln::cli {

struct CommandLine::Parser {
    explicit Parser(std::string name) : command(std::move(name)), app("", command) {
        app.set_help_flag();  // --help is dealt with before a command is asked
        app.option_defaults()->always_capture_default(false);
    }

    CLI::Option* declare(FlagInfo info, CLI::Option* option) {
        flags.push_back(std::move(info));
        return option;
    }

    /// Packer's dialect rewritten so that CLI11 takes every word as it was meant: "-x=v" and "-x v"
    /// become "--x", "v", whatever v begins with.
    std::vector<std::string> in_cli11_spelling(const std::vector<std::string>& words) const;

    const FlagInfo& find(const std::string& name) const;

    std::string command;
    CLI::App app;
    std::vector<FlagInfo> flags;
    std::vector<std::string> argument_names;
    std::vector<std::function<void()>> after_parsing;  ///< what CLI11 cannot bind by itself
};

namespace {

[[noreturn]] void wrong_usage(
    const std::string& command, const std::string& message, std::string hint = {}
) {
    Error error(ErrorKind::usage, message);
    error.set_hint(hint.empty() ? "see kiln " + command + " --help" : std::move(hint));
    throw error;
}

/// A word that begins like a flag, taken apart.
struct FlagWord {
    std::string name;
    std::optional<std::string> value;
};

std::optional<FlagWord> read_flag_word(const std::string& word) {
    if (word.size() < 2 || word[0] != '-') {
        return std::nullopt;
    }
    const std::size_t begin = word[1] == '-' ? 2 : 1;
    const std::size_t equals = word.find('=', begin);
    FlagWord flag{word.substr(begin, equals == std::string::npos ? equals : equals - begin), {}};
    if (equals != std::string::npos) {
        flag.value = word.substr(equals + 1);
    }
    return flag;
}

std::string not_a_truth(const std::string& text) {
    const bool truth = text == "true" || text == "false" || text == "1" || text == "0";
    return truth ? "" : "must be true or false, not \"" + text + "\"";
}

std::string not_a_number(const std::string& text) {
    const bool digits = !text.empty() && text.size() < 9 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? "" : "needs a whole number, not \"" + text + "\"";
}

}  // namespace

const FlagInfo& CommandLine::Parser::find(const std::string& name) const {
    std::vector<std::string> names;
    for (const FlagInfo& info : flags) {
        if (info.name == name) {
            return info;
        }
        names.push_back(info.name);
    }
    wrong_usage(
        command, "kiln " + command + " has no flag -" + name, did_you_mean_hint(name, names)
    );
}

std::vector<std::string> CommandLine::Parser::in_cli11_spelling(
    const std::vector<std::string>& words
) const {
    std::vector<std::string> spelled;
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (*word == "--") {
            spelled.insert(spelled.end(), word, words.end());
            break;
        }
        const std::optional<FlagWord> flag = read_flag_word(*word);
        if (!flag) {
            spelled.push_back(*word);
        } else if (find(flag->name).value_name.empty()) {
            spelled.push_back("--" + flag->name + (flag->value ? "=" + *flag->value : ""));
        } else if (flag->value || word + 1 != words.end()) {
            spelled.push_back("--" + flag->name);
            spelled.push_back(flag->value ? *flag->value : *++word);
        } else {
            wrong_usage(command, "flag -" + flag->name + " needs a value");
        }
    }
    return spelled;
}

CommandLine::CommandLine(std::string command)
    : parser_(std::make_unique<Parser>(std::move(command))) {}
CommandLine::~CommandLine() = default;
CommandLine::CommandLine(CommandLine&&) noexcept = default;

void CommandLine::flag(const std::string& name, bool& value) {
    parser_->declare({name, "", {}}, parser_->app.add_flag("--" + name, value))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->check(not_a_truth);
}

void CommandLine::flag(const std::string& name, std::optional<bool>& value) {
    CLI::Option* const option =
        parser_->declare({name, "", {}}, parser_->app.add_flag("--" + name))->check(not_a_truth);
    parser_->after_parsing.push_back([option, &value] {
        if (option->count() > 0) {
            value = option->as<bool>();
        }
    });
}

void CommandLine::option(
    const std::string& name, const std::string& value_name, std::string& value
) {
    parser_->declare({name, value_name, {}}, parser_->app.add_option("--" + name, value))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void CommandLine::option(
    const std::string& name, const std::string& value_name, std::vector<std::string>& values
) {
    // Appended by a function: bound to a vector, CLI11 would read "[a,b]" as two values.
    parser_
        ->declare(
            {name, value_name, {}},
            parser_->app.add_option_function<std::string>(
                "--" + name, [&values](const std::string& value) { values.push_back(value); }
            )
        )
        ->trigger_on_parse();
}

void CommandLine::option(const std::string& name, const std::string& value_name, int& value) {
    parser_->declare({name, value_name, {}}, parser_->app.add_option("--" + name, value))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->check(not_a_number);
}

void CommandLine::choice(
    const std::string& name, std::vector<std::string> allowed, std::string& value
) {
    const auto check = [allowed](const std::string& text) {
        const bool known = std::find(allowed.begin(), allowed.end(), text) != allowed.end();
        return known ? "" : "must be one of " + join(allowed, ", ") + ", not \"" + text + "\"";
    };
    parser_
        ->declare({name, "WORD", std::move(allowed)}, parser_->app.add_option("--" + name, value))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->check(check);
}

void CommandLine::argument(const std::string& value_name, std::string& value, Needed needed) {
    parser_->argument_names.push_back(value_name);
    parser_->app.add_option(value_name, value)->required(needed == Needed::required);
}

void CommandLine::arguments(const std::string& value_name, std::vector<std::string>& values) {
    parser_->argument_names.push_back(value_name);
    parser_->app.add_option(value_name, values);
}

void CommandLine::parse(const std::vector<std::string>& words) {
    std::vector<std::string> spelled = parser_->in_cli11_spelling(words);
    std::reverse(spelled.begin(), spelled.end());  // which is how CLI11 takes them
    try {
        parser_->app.parse(std::move(spelled));
        for (const std::function<void()>& step : parser_->after_parsing) {
            step();
        }
    } catch (const CLI::RequiredError&) {
        wrong_usage(
            parser_->command,
            "kiln " + parser_->command + " needs " + join(parser_->argument_names, " and ")
        );
    } catch (const CLI::ExtrasError&) {
        wrong_usage(parser_->command, "kiln " + parser_->command + " was given too many arguments");
    } catch (const CLI::ParseError& error) {
        wrong_usage(parser_->command, "flag " + replace_all(error.what(), "--", "-"));
    }
}

const std::string& CommandLine::command() const {
    return parser_->command;
}
const std::vector<FlagInfo>& CommandLine::flags() const {
    return parser_->flags;
}
const std::vector<std::string>& CommandLine::argument_names() const {
    return parser_->argument_names;
}

}  // namespace kiln::cli
