#include "plan/plugins.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/required_plugins.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace kiln::cli {

namespace {

/// "builder amazon-ebs (options are checked only)"
std::string type_text(const plan::ComponentType& type) {
    return fmt::format(
        "{} {}{}",
        plan::name_of(type.role),
        type.name,
        type.support == plan::Support::runs ? "" : " (options are checked only)"
    );
}

class PluginsInstalled : public Command {
public:
    void declare(CommandLine&) override {}

    ExitCode run(Session& session) override {
        std::string text;
        for (const plan::BuiltInPlugin& plugin : plan::built_in_plugins()) {
            std::vector<std::string> types;
            for (const plan::ComponentType* type : plugin.types) {
                types.push_back(type_text(*type));
            }
            text += plugin.source + ", built in: " + join(types, ", ") + "\n";
        }
        print_result(session, text.empty() ? "kiln has nothing of a plugin built in yet." : text);
        return ExitCode::done;
    }
};

class PluginsRequired : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("TEMPLATE", path_, CommandLine::Needed::required);
    }

    ExitCode run(Session& session) override {
        const std::optional<RequiredPlugins> plugins = read_required_plugins(session, path_);
        if (!plugins) {
            return ExitCode::failed;
        }
        const std::string list = list_required(*plugins);
        print_result(session, list.empty() ? "No plugins requirement found." : list);
        return ExitCode::done;
    }

private:
    std::string path_;
};

class PluginsInstall : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("SOURCE", source_, CommandLine::Needed::required);
        line.argument("VERSION", version_, CommandLine::Needed::optional);
        line.option("path", "FILE", binary_);
        line.flag("force", force_);
    }

    /// Succeeds where there is nothing to do, so that a script which installs what it needs goes
    /// on.
    ExitCode run(Session& session) override {
        const auto plugins = plan::built_in_plugins();
        const auto found = std::find_if(plugins.begin(), plugins.end(), [this](const auto& plugin) {
            return plugin.source == source_;
        });
        if (found == plugins.end() || !binary_.empty()) {
            throw Error(
                ErrorKind::unsupported, "kiln runs no plugins and can not install " + source_
            )
                .set_hint("kiln plugins installed lists what is built in");
        }
        print_result(session, source_ + " is built in: nothing to install.");
        return ExitCode::done;
    }

private:
    std::string source_;
    std::string version_;
    std::string binary_;
    bool force_ = false;
};

class PluginsRemove : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("SOURCE", source_, CommandLine::Needed::required);
        line.argument("VERSION", version_, CommandLine::Needed::optional);
    }

    ExitCode run(Session&) override {
        throw Error(ErrorKind::unsupported, "plugins are built in: there is nothing to remove");
    }

private:
    std::string source_;
    std::string version_;
};

}  // namespace

std::unique_ptr<Command> make_plugins_installed() {
    return std::make_unique<PluginsInstalled>();
}
std::unique_ptr<Command> make_plugins_required() {
    return std::make_unique<PluginsRequired>();
}
std::unique_ptr<Command> make_plugins_install() {
    return std::make_unique<PluginsInstall>();
}
std::unique_ptr<Command> make_plugins_remove() {
    return std::make_unique<PluginsRemove>();
}

}  // namespace kiln::cli
