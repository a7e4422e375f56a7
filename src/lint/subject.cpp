#include "lint/subject.hpp"

#include "base/error.hpp"
#include "template/text_template.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

namespace kiln::lint {

namespace {

// Bytes. A larger file that a provisioner calls a script is no text that somebody wrote.
constexpr std::size_t kMaxScriptBytes = 16UL * 1024 * 1024;

std::string normal_path(const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
}

/// "/usr/bin/env bash -e" -> "bash".
std::string program_of_shebang(std::string_view shebang) {
    const shell::Script line = shell::read_script(shebang);
    return line.commands.empty() || !line.commands[0].run ? "" : line.commands[0].run->program;
}

/// A place in a template as a key beside paths; no column is counted for it.
std::string place_key(SourceRange range) {
    return (range ? range.file->name() : "") + "#" + std::to_string(range.begin);
}

bool is_shell_text(std::string_view text, std::string_view path) {
    if (text.starts_with("#!")) {
        return shell::is_shell(program_of_shebang(text.substr(2, text.find('\n') - 2)));
    }
    const std::string extension = std::filesystem::path(path).extension().string();
    return extension.empty() || extension == ".sh" || extension == ".bash";
}

/// The script of user data: all of it, or the first one among the parts of a MIME message.
std::string_view script_of_user_data(std::string_view text) {
    if (text.starts_with("#!")) {
        return text;
    }
    const std::size_t begin = text.find("\n#!");
    if (text.find("multipart/") == std::string_view::npos || begin == std::string_view::npos) {
        return {};
    }
    const std::size_t end = text.find("\n--", begin);
    return text.substr(begin + 1, end == std::string_view::npos ? end : end - begin);
}

}  // namespace

SourceRange Script::first_line() const {
    const std::size_t end = source.text().find('\n');
    return source.range(0, end == std::string::npos ? source.text().size() : end);
}

std::vector<const Script*> Build::machine_scripts() const {
    std::vector<const Script*> scripts;
    for (const std::unique_ptr<Component>& provisioner : provisioners) {
        for (const Script* script : provisioner->scripts) {
            if (!script->local) {
                scripts.push_back(script);
            }
        }
    }
    return scripts;
}

/// Fills a Subject: one pass over the builds, then the folder of the template.
class Subject::Collector {
public:
    explicit Collector(Subject& subject) : subject_(subject) {}

    void collect(const tmpl::Selection& selection) {
        for (const tmpl::BuildBlock& block : subject_.source_.builds) {
            for (const tmpl::SourceUse& use : block.sources) {
                if (selection.selects_build(tmpl::full_build_name(block, use), match())) {
                    add_build(block, use);
                }
            }
        }
        add_scripts_beside();
    }

private:
    tmpl::NameMatch match() const {
        return subject_.source_.language == tmpl::Language::legacy_json ? tmpl::NameMatch::exact
                                                                        : tmpl::NameMatch::glob;
    }

    void add_build(const tmpl::BuildBlock& block, const tmpl::SourceUse& use) {
        Build build;
        build.name = tmpl::full_build_name(block, use);
        const auto context = make_context(use);
        std::vector<hcl::Body> bodies = {use.source->body};
        if (use.additions) {
            bodies.push_back(*use.additions);
        }
        build.builder = make_component(
            ComponentRole::builder, use.source->type, use.source->range, bodies, context
        );
        add_user_data(*build.builder);
        build.distribution = distribution_of(use.source->type, build.builder->options);
        for (const tmpl::ProvisionerBlock& step : block.provisioners) {
            if (step.arguments.runs_for(use.name_for_steps())) {
                build.provisioners.push_back(make_component(
                    ComponentRole::provisioner, step.type, step.range, {step.body}, context
                ));
                add_scripts(*build.provisioners.back());
            }
        }
        for (const auto& chain : block.post_processors) {
            for (const tmpl::PostProcessorBlock& step : chain) {
                if (step.arguments.runs_for(use.name_for_steps())) {
                    build.post_processors.push_back(make_component(
                        ComponentRole::post_processor, step.type, step.range, {step.body}, context
                    ));
                    add_scripts(*build.post_processors.back());
                }
            }
        }
        subject_.builds_.push_back(std::move(build));
    }

    std::shared_ptr<const OptionContext> make_context(const tmpl::SourceUse& use) const {
        auto context = std::make_shared<OptionContext>();
        context->scope = hcl::Scope::inside(subject_.source_.scope);
        context->scope.set(
            "source",
            hcl::Value::object(
                {{"type", hcl::Value::string(use.source->type)},
                 {"name", hcl::Value::string(use.alias)}}
            )
        );
        context->scope.set("build", hcl::Value::unknown());
        tmpl::TextContext text;
        text.start = subject_.world_.start_time;
        text.working_directory = subject_.world_.working_directory;
        text.build_name = use.source->name;
        text.build_type = use.source->type;
        if (subject_.source_.language == tmpl::Language::legacy_json) {
            text.template_directory = subject_.source_.template_directory;
            text.user_variable = [&source = subject_.source_](const std::string& name) {
                const auto found = source.user_variables.find(name);
                return found == source.user_variables.end() ? std::nullopt
                                                            : std::optional(found->second);
            };
        }
        text.make_uuid = [] { return std::string("00000000-0000-0000-0000-000000000000"); };
        context->render = [text](const std::string& written) {
            if (written.find("{{") == std::string::npos) {
                return written;
            }
            try {
                std::string rendered = tmpl::render(written, text);
                // A field that only a running build has.
                const bool whole = rendered.find("<no value>") == std::string::npos;
                return whole ? rendered : written;
            } catch (const Error&) {
                return written;  // reported where it is planned; rendered when it runs
            }
        };
        return context;
    }

    static std::unique_ptr<Component> make_component(
        ComponentRole role,
        const std::string& type,
        SourceRange range,
        std::vector<hcl::Body> bodies,
        const std::shared_ptr<const OptionContext>& context
    ) {
        return std::make_unique<Component>(Component{
            role, type, range, Options(std::move(bodies), context), {}});
    }

    void add_scripts(Component& component) {
        if (component.type != "shell" && component.type != "shell-local") {
            return;
        }
        const bool local = component.type == "shell-local";
        add_inline(component, "inline", local);
        if (local) {
            add_inline(component, "command", local);
        }
        std::vector<Text> paths = component.options.texts("scripts");
        if (std::optional<Text> path = component.options.text("script")) {
            paths.push_back(std::move(*path));
        }
        for (const Text& path : paths) {
            add_file(component, path.text, ScriptKind::file, local);
        }
    }

    void add_inline(Component& component, const char* option, bool local) {
        const std::vector<Text> lines = component.options.texts(option);
        if (lines.empty()) {
            return;
        }
        const SourceRange place = component.options.range(option);
        const std::string key = place_key(place);
        if (take_known(component, key)) {
            return;
        }
        auto script = std::make_unique<Script>();
        script->kind = ScriptKind::inline_commands;
        script->local = local;
        for (const Text& line : lines) {
            script->source.append(line.text, line.range);
            script->source.append("\n", {});
        }
        const std::optional<Text> shebang = component.options.text("inline_shebang");
        if (shebang) {
            script->interpreter = shebang->text;
        } else if (!script->source.text().starts_with("#!")) {
            script->interpreter = "/bin/sh -e";  // what Packer and kiln write in front
        }
        if (script->interpreter.empty() ||
            shell::is_shell(program_of_shebang(script->interpreter))) {
            keep(component, key, std::move(script));
        }
    }

    void add_file(Component& component, const std::string& path, ScriptKind kind, bool local) {
        const std::string key = normal_path(path);
        if (take_known(component, key)) {
            return;
        }
        std::unique_ptr<Script> script = read_file(path, kind, local);
        if (script == nullptr) {
            return;
        }
        script->interpreter = interpreter_of(component);
        keep(component, key, std::move(script));
    }

    // "bash -e" when that is what execute_command runs the file with.
    static std::string interpreter_of(const Component& component) {
        const std::optional<Text> command = component.options.text("execute_command");
        if (!command) {
            return {};
        }
        const shell::Script line = shell::read_script(command->text);
        for (const shell::Command& part : line.commands) {
            const std::optional<shell::Invocation>& run = part.run;
            if (run && shell::is_shell(run->program) && run->has_flag("-e") &&
                !run->has_flag("-c")) {
                return run->program + " -e";
            }
        }
        return {};
    }

    std::unique_ptr<Script> read_file(const std::string& path, ScriptKind kind, bool local) const {
        std::string text;
        try {
            if (subject_.world_.file_kind(path) != hcl::FileKind::regular) {
                return nullptr;
            }
            text = subject_.world_.read_file(path);
        } catch (const Error&) {
            return nullptr;
        }
        if (text.size() > kMaxScriptBytes) {
            return nullptr;
        }
        const std::string_view part =
            kind == ScriptKind::user_data ? script_of_user_data(text) : std::string_view(text);
        if (part.empty() || !is_shell_text(part, path)) {
            return nullptr;
        }
        auto script = std::make_unique<Script>();
        script->kind = kind;
        script->path = path;
        script->local = local;
        const auto begin = static_cast<std::size_t>(part.data() - text.data());
        const std::size_t length = part.size();
        const SourceFile& file = subject_.sources_.add(path, std::move(text));
        script->source.append(
            file.text().substr(begin, length),
            {&file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + length)}
        );
        return script;
    }

    void add_user_data(Component& builder) {
        if (const std::optional<Text> path = builder.options.text("user_data_file")) {
            add_file(builder, path->text, ScriptKind::user_data, false);
        }
        const std::optional<Text> text = builder.options.text("user_data");
        if (!text || take_known(builder, place_key(text->range))) {
            return;
        }
        const std::string_view part = script_of_user_data(text->text);
        if (part.empty() || !is_shell_text(part, "")) {
            return;
        }
        auto script = std::make_unique<Script>();
        script->kind = ScriptKind::user_data;
        script->source.append(part, text->range);
        keep(builder, place_key(text->range), std::move(script));
    }

    void add_scripts_beside() {
        const std::string& folder = subject_.source_.base_directory;
        std::vector<hcl::DirectoryEntry> entries;
        try {
            entries = subject_.world_.list_directory(folder.empty() ? "." : folder);
        } catch (const Error&) {
            return;
        }
        for (const hcl::DirectoryEntry& entry : entries) {
            const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
            if (entry.kind != hcl::FileKind::regular || !entry.name.ends_with(".sh") ||
                known_.contains(normal_path(path))) {
                continue;
            }
            if (std::unique_ptr<Script> script = read_file(path, ScriptKind::beside, true)) {
                finish(*script);
                subject_.scripts_.push_back(std::move(script));
            }
        }
    }

    bool take_known(Component& component, const std::string& key) {
        const auto found = known_.find(key);
        if (found == known_.end()) {
            return false;
        }
        component.scripts.push_back(found->second);
        return true;
    }

    void keep(Component& component, const std::string& key, std::unique_ptr<Script> script) {
        finish(*script);
        component.scripts.push_back(script.get());
        known_.emplace(key, script.get());
        subject_.scripts_.push_back(std::move(script));
    }

    static void finish(Script& script) { script.shell = shell::read_script(script.source.text()); }

    Subject& subject_;
    std::map<std::string, const Script*> known_;  ///< by path, or place in the template
};

Subject::Subject(
    const tmpl::Template& source,
    const tmpl::Selection& selection,
    const hcl::FunctionEnvironment& world,
    SourceMap& sources
)
    : source_(source), world_(world), sources_(sources) {
    Collector(*this).collect(selection);
}

std::vector<const Component*> Subject::components() const {
    std::vector<const Component*> all;
    for (const Build& build : builds_) {
        all.push_back(build.builder.get());
        for (const std::unique_ptr<Component>& step : build.provisioners) {
            all.push_back(step.get());
        }
        for (const std::unique_ptr<Component>& step : build.post_processors) {
            all.push_back(step.get());
        }
    }
    return all;
}

std::vector<const Component*> Subject::amazon_builders() const {
    std::vector<const Component*> builders;
    for (const Build& build : builds_) {
        if (build.builder->type.starts_with("amazon-")) {
            builders.push_back(build.builder.get());
        }
    }
    return builders;
}

bool Subject::is_missing(const std::string& path) const {
    return world_.file_kind(path) == hcl::FileKind::missing;
}

}  // namespace kiln::lint
