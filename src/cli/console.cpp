#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/console_language.hpp"
#include "cli/line_editor.hpp"
#include "cli/messages.hpp"
#include "cli/template_options.hpp"
#include "cli/terminal.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>

namespace kiln::cli {

namespace {

class Console : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("TEMPLATE", template_.path, CommandLine::Needed::optional);
        line.option("var", "NAME=VALUE", template_.variables);
        line.option("var-file", "FILE", template_.variable_files);
        line.choice("config-type", {"json", "hcl2"}, template_.config_type);
    }

    ExitCode run(Session& session) override {
        const std::unique_ptr<ConsoleLanguage> language = choose_language(session);
        if (!language) {
            return ExitCode::failed;
        }
        return is_terminal(STDIN_FILENO) ? talk(session, *language) : filter(session, *language);
    }

private:
    std::unique_ptr<ConsoleLanguage> choose_language(Session& session) const {
        // As in Packer, a console without a template speaks the older language unless told.
        const bool text = template_.path.empty() && template_.config_type != "hcl2";
        return text ? text_console(session, template_.load_request())
                    : template_console(session, template_.load_request());
    }

    static std::optional<std::string> answer(ConsoleLanguage& language, const std::string& line) {
        if (line.empty() || line == "exit") {
            return "";
        }
        if (line == "help") {
            return language.help();
        }
        return line == "variables" ? language.variables() : language.evaluate(line);
    }

    static ExitCode talk(Session& session, ConsoleLanguage& language) {
        LineEditor editor(sys::kiln_directories(session.environment).state / "console_history");
        while (const std::optional<std::string> typed = editor.read_line()) {
            const std::string line(trim(*typed));
            if (line == "exit") {
                break;
            }
            if (line.empty()) {
                continue;
            }
            if (const auto text = answer(language, line)) {
                print_result(session, *text + "\n");
            }
            finish_output();
        }
        return ExitCode::done;
    }

    /// Evaluates every line and prints what the last one gives, as Packer does with a pipe: of an
    /// empty line, of `exit` (which ends nothing here) and of a mistake that is nothing.
    static ExitCode filter(Session& session, ConsoleLanguage& language) {
        ExitCode code = ExitCode::done;
        std::string last;
        for (std::string line; std::getline(std::cin, line);) {
            const std::optional<std::string> text = answer(language, std::string(trim(line)));
            code = text ? code : ExitCode::failed;
            last = text.value_or("");
        }
        print_result(session, last + "\n");
        return code;
    }

    TemplateOptions template_;
};

}  // namespace

std::unique_ptr<Command> make_console() {
    return std::make_unique<Console>();
}

}  // namespace kiln::cli
