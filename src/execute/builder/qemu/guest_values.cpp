#include "execute/builder/qemu/guest_values.hpp"

#include "base/strings.hpp"
#include "execute/run_text.hpp"

#include <utility>

namespace kiln::exec::qemu {

namespace {

tmpl::TextMap text_fields(const GuestValues& values) {
    tmpl::TextMap fields;
    fields["Name"] = values.name;
    fields["HTTPIP"] = values.http_ip;
    fields["HTTPPort"] = values.http_port;
    fields["SSHPublicKey"] = values.ssh_public_key;
    return fields;
}

}  // namespace

std::map<std::string, std::string> render_texts(
    const std::string& option,
    const std::map<std::string, std::string>& texts,
    const GuestValues& values,
    const BuildContext& context
) {
    std::map<std::string, std::string> result;
    for (const auto& [path, text] : texts) {
        result[path] =
            render_at_run(context, option + "[\"" + path + "\"]", text, text_fields(values));
    }
    return result;
}

QemuArgs render_qemuargs(
    const plan::QemuOptions& options,
    const GuestValues& values,
    int ssh_host_port,
    const BuildContext& context
) {
    tmpl::TextMap fields = text_fields(values);
    fields["HTTPDir"] = values.http_directory;
    tmpl::TextMap content;
    for (const auto& [path, text] : options.http.http_content) {
        content[path] = text;
    }
    fields["HTTPContent"] = std::move(content);
    fields["OutputDir"] = values.output_directory;
    fields["SSHHostPort"] = ssh_host_port;
    QemuArgs result;
    for (const std::vector<std::string>& entry : options.qemuargs) {
        std::vector<std::string>& words = result.emplace_back();
        for (const std::string& word : entry) {
            words.push_back(render_at_run(context, "qemuargs", word, fields));
        }
    }
    return result;
}

std::vector<BootStep> render_boot_steps(
    const plan::BootOptions& options, const GuestValues& values, const BuildContext& context
) {
    std::vector<BootStep> steps;
    if (!options.boot_command.empty()) {
        steps.push_back(
            {"",
             render_at_run(
                 context, "boot_command", join(options.boot_command, ""), text_fields(values)
             )}
        );
    }
    for (const std::vector<std::string>& step : options.boot_steps) {
        steps.push_back(
            {step.size() > 1 ? step[1] : "",
             render_at_run(context, "boot_steps", step.front(), text_fields(values))}
        );
    }
    return steps;
}

}  // namespace kiln::exec::qemu
