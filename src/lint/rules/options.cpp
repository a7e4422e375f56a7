#include "hcl/parser.hpp"
#include "lint/each_call.hpp"
#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/shell/invocation.hpp"
#include "lint/subject.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace kiln::lint {

namespace {

/// An option that still works and should not be written any more.
struct Deprecated {
    std::string_view type;  ///< of the component; may end with "*"
    std::string_view option;
    std::string_view instead;
};

// From the notes of Packer and its plugins, and from what `packer fix` rewrites.
constexpr std::array kDeprecated = {
    Deprecated{"amazon-*", "enable_t2_unlimited", "enable_unlimited_credits"},
    Deprecated{"amazon-*", "enhanced_networking", "ena_support"},
    Deprecated{"amazon-*", "shutdown_behaviour", "shutdown_behavior"},
    Deprecated{"amazon-*", "ssh_private_ip", "ssh_interface = \"private_ip\""},
    Deprecated{
        "amazon-*",
        "temporary_security_group_source_cidr",
        "temporary_security_group_source_cidrs, a list"},
    Deprecated{"amazon-*", "spot_price_auto_product", "nothing: spot_price = \"auto\" is enough"},
    Deprecated{"amazon-*", "block_duration_minutes", "nothing: EC2 no longer has it"},
    Deprecated{"amazon-*", "tenancy", "placement { tenancy = ... }"},
    Deprecated{"*", "ssh_wait_timeout", "ssh_timeout"},
    Deprecated{"*", "iso_checksum_type", "iso_checksum = \"TYPE:DIGEST\""},
    Deprecated{"*", "iso_checksum_url", "iso_checksum = \"file:URL\""},
    Deprecated{"*", "iso_md5", "iso_checksum = \"md5:DIGEST\""},
    Deprecated{"qemu", "ssh_host_port_min", "host_port_min"},
    Deprecated{"qemu", "ssh_host_port_max", "host_port_max"},
    Deprecated{"shell-local", "command", "inline"},
    Deprecated{"ansible", "galaxycommand", "galaxy_command"},
};

bool applies(std::string_view pattern, std::string_view type) {
    return pattern.ends_with('*') ? type.starts_with(pattern.substr(0, pattern.size() - 1))
                                  : type == pattern;
}

// Functions whose result is not the text they were given: a text template in it is rendered too
// late, or no longer is one.
bool changes_text(std::string_view function) {
    constexpr std::array<std::string_view, 25> kNames = {
        "upper",      "lower",         "title",      "strrev",    "substr",
        "replace",    "regex_replace", "regex",      "regexall",  "split",
        "length",     "md5",           "sha1",       "sha256",    "sha512",
        "bcrypt",     "base64encode",  "base64gzip", "urlencode", "uuidv5",
        "formatdate", "timeadd",       "parseint",   "crc32",     "textencodebase64"};
    return std::find(kNames.begin(), kNames.end(), function) != kNames.end();
}

bool holds_text_template(std::string_view text) {
    const std::size_t open = text.find("{{");
    return open != std::string_view::npos && text.find("}}", open) != std::string_view::npos;
}

bool is_vars(std::string_view text, std::size_t at) {
    const std::size_t close = text.find("}}", at);
    return close != std::string_view::npos &&
           text.substr(at, close - at).find(".Vars") != std::string_view::npos;
}

/// How {{ .Vars }} stands in a command line.
struct VarsUse {
    bool present = false;
    char quote = '\0';  ///< it stands within
    bool before_sudo = false;
};

VarsUse find_vars(std::string_view command) {
    VarsUse use;
    char quote = '\0';
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        if (command.substr(i, 2) == "{{" && is_vars(command, i)) {
            use.present = true;
            use.quote = quote;
            const std::string_view rest = command.substr(command.find("}}", i) + 2);
            const std::size_t word = rest.find_first_not_of(" \"'");
            use.before_sudo =
                word != std::string_view::npos && rest.substr(word).starts_with("sudo ");
            return use;
        }
        if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        }
    }
    return use;
}

bool keeps_environment(const shell::Script& line) {
    for (const shell::Command& command : line.commands) {
        for (const shell::Word& word : command.words) {
            const bool letter = word.text.size() > 1 && word.text[0] == '-' &&
                                word.text[1] != '-' && word.text.find('E') != std::string::npos;
            if (letter || word.text.starts_with("--preserve-env")) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

void check_deprecated_option(const Subject& subject, Findings& findings) {
    for (const Component* component : subject.components()) {
        for (const Deprecated& entry : kDeprecated) {
            if (!applies(entry.type, component->type)) {
                continue;
            }
            for (const hcl::Body& body : component->options.bodies()) {
                if (const hcl::Attribute* attribute = body.find(entry.option)) {
                    findings.add(
                        attribute->name_range,
                        std::string(entry.option) + " is an old name",
                        "write " + std::string(entry.instead)
                    );
                }
            }
        }
    }
}

void check_engine_in_function(const Subject& subject, Findings& findings) {
    for (const auto& file : subject.texts().files()) {
        if (!file->name().ends_with(".pkr.hcl")) {
            continue;
        }
        Diagnostics ignored;  // loading reports them
        each_call(hcl::parse_config(*file, ignored), [&](const hcl::CallExpression& call) {
            if (!changes_text(call.name)) {
                return;
            }
            for (const hcl::ExpressionPtr& argument : call.arguments) {
                const std::optional<std::string> text = hcl::literal_string(*argument);
                if (text && holds_text_template(*text)) {
                    findings.add(
                        argument->range,
                        call.name + " sees the letters \"" + *text +
                            "\": they are replaced later, if they still can be",
                        "use a function of the language: timestamp(), legacy_isotime()"
                    );
                }
            }
        });
    }
}

void check_execute_command_vars(const Subject& subject, Findings& findings) {
    for (const Component* component : subject.components()) {
        if (component->type != "shell") {
            continue;
        }
        const Options& options = component->options;
        const std::optional<Text> command = options.text("execute_command");
        if (!command) {
            continue;
        }
        const bool has_variables = options.has("environment_vars") || options.has("env");
        const VarsUse use = find_vars(command->text);
        if (!use.present && has_variables &&
            command->text.find(".EnvVarFile") == std::string::npos) {
            findings.add(
                command->range,
                "the environment that this provisioner sets never reaches the script",
                "put {{ .Vars }} in front of {{ .Path }}"
            );
        } else if (use.before_sudo && has_variables && !keeps_environment(shell::read_script(command->text))) {
            findings.add(
                command->range,
                "sudo drops the variables that stand in front of it",
                "{{ .Vars }} sudo -E {{ .Path }}, or sudo env {{ .Vars }} {{ .Path }}"
            );
        } else if (use.quote == '\'') {
            findings.add(
                command->range,
                "the values in {{ .Vars }} are in single quotes themselves: inside others they "
                "fall "
                "apart at spaces",
                "sudo env {{ .Vars }} {{ .Path }}"
            );
        } else if (use.quote == '"' && has_variables) {
            findings.add(
                command->range,
                "inside double quotes the values in {{ .Vars }} are expanded once more: $ and ` do "
                "not arrive as they are",
                "sudo env {{ .Vars }} {{ .Path }}"
            );
        }
    }
}

}  // namespace kiln::lint
