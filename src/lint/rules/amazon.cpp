#include "hcl/references.hpp"
#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/rules/each_run.hpp"
#include "lint/subject.hpp"

#include <algorithm>
#include <cctype>

namespace kiln::lint {

namespace {

// Written down, not taken from a variable or rendered.
bool is_literal(const hcl::Expression* expression, std::string_view text) {
    return expression != nullptr && hcl::references(*expression).empty() &&
           expression->range.text().find(text) != std::string_view::npos;
}

// "ami-" and 8 or 17 hexadecimal digits, from `at` on; 0 when there is none.
std::size_t ami_id_length(std::string_view text, std::size_t at) {
    constexpr std::string_view kPrefix = "ami-";
    if (text.substr(at, kPrefix.size()) != kPrefix ||
        (at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0)) {
        return 0;
    }
    std::size_t end = at + kPrefix.size();
    while (end < text.size() && std::isxdigit(static_cast<unsigned char>(text[end])) != 0) {
        ++end;
    }
    const std::size_t digits = end - at - kPrefix.size();
    return digits == 8 || digits == 17 ? end - at : 0;
}

bool gives_security_group(const Options& builder) {
    return builder.has("security_group_id") || builder.has("security_group_ids") ||
           builder.has("security_group_filter");
}

// Whoever writes a dynamic block decides when it is there. One that was expanded still points at
// it.
bool filter_is_dynamic(const Options& builder) {
    for (const hcl::Body& body : builder.bodies()) {
        for (const hcl::Block& block : body.blocks) {
            if (block.type == "source_ami_filter") {
                return block.header.text().starts_with("dynamic");
            }
        }
    }
    return false;
}

bool uses_session_manager(const Options& builder) {
    const std::optional<Text> interface = builder.text("ssh_interface");
    return interface && interface->text == "session_manager";
}

}  // namespace

void check_source_ami_and_filter(const Subject& subject, Findings& findings) {
    for (const Component* builder : subject.amazon_builders()) {
        if (!builder->options.has("source_ami_filter")) {
            continue;
        }
        for (const hcl::Body& body : builder->options.bodies()) {
            const hcl::Attribute* attribute = body.find("source_ami");
            if (attribute == nullptr) {
                continue;
            }
            const bool is_set = builder->options.has("source_ami");
            if (!is_set && filter_is_dynamic(builder->options)) {
                continue;
            }
            const std::optional<Text> text = builder->options.text("source_ami");
            if (is_set && text && text->text.empty()) {
                continue;
            }
            findings.add(
                attribute->range,
                is_set
                    ? "source_ami and source_ami_filter are both asked for: an AMI that the "
                      "filter does not describe is not found"
                    : "when source_ami is set, the filter still applies: an AMI that it does not "
                      "describe is not found",
                "give one of them: source_ami_filter in a dynamic block that is empty when "
                "source_ami is set"
            );
        }
    }
}

void check_filter_owners(const Subject& subject, Findings& findings) {
    for (const Component* builder : subject.amazon_builders()) {
        for (const Options& filter : builder->options.blocks("source_ami_filter")) {
            if (!filter.has("owners")) {
                findings.add(
                    filter.place(),
                    "source_ami_filter without owners: anybody can publish an AMI of such a name",
                    "owners = [\"amazon\"], or the account that publishes it"
                );
            }
        }
    }
}

void check_filter_most_recent(const Subject& subject, Findings& findings) {
    for (const Component* builder : subject.amazon_builders()) {
        for (const Options& filter : builder->options.blocks("source_ami_filter")) {
            if (filter.boolean("most_recent").value_or(false)) {
                continue;
            }
            for (const auto& [key, value] : filter.entries("filters")) {
                if (value.text.find_first_of("*?") != std::string::npos) {
                    findings.add(
                        value.range,
                        "the build fails when a second AMI fits this pattern",
                        "most_recent = true"
                    );
                }
            }
        }
    }
}

void check_volume_left_behind(const Subject& subject, Findings& findings) {
    for (const Component* builder : subject.amazon_builders()) {
        for (const Options& volume : builder->options.blocks("launch_block_device_mappings")) {
            if (volume.boolean("delete_on_termination").value_or(false) ||
                volume.boolean("no_device").value_or(false) || volume.has("virtual_name")) {
                continue;
            }
            const std::optional<Text> device = volume.text("device_name");
            const SourceRange written = volume.range("delete_on_termination");
            findings.add(
                written  ? written
                : device ? device->range
                         : volume.place(),
                "volume " + (device ? device->text : "of this block") +
                    " stays, and costs, after each build" +
                    (written ? "" : ": delete_on_termination is false by default"),
                "delete_on_termination = true"
            );
        }
    }
}

void check_open_security_group(const Subject& subject, Findings& findings) {
    for (const Component* builder : subject.amazon_builders()) {
        if (gives_security_group(builder->options)) {
            continue;
        }
        for (const Text& range : builder->options.texts("temporary_security_group_source_cidrs")) {
            if (range.text == "0.0.0.0/0" || range.text == "::/0") {
                findings.add(
                    range.range,
                    "while the build runs, the whole internet may try to log in",
                    "leave it out: kiln admits only the address it connects from"
                );
            }
        }
    }
}

void check_default_security_group(const Subject& subject, Findings& findings) {
    for (const Component* builder : subject.amazon_builders()) {
        const Options& options = builder->options;
        if (!gives_security_group(options) && !uses_session_manager(options) &&
            !options.has("temporary_security_group_source_cidrs") &&
            !options.has("temporary_security_group_source_public_ip")) {
            findings.add(
                builder->range,
                "built by Packer, this opens the SSH port to 0.0.0.0/0 (kiln admits its own "
                "address "
                "only)",
                "temporary_security_group_source_public_ip = true"
            );
        }
    }
}

void check_public_image(const Subject& subject, Findings& findings) {
    for (const Component* builder : subject.amazon_builders()) {
        for (const char* option : {"ami_groups", "snapshot_groups"}) {
            for (const Text& group : builder->options.texts(option)) {
                if (group.text == "all") {
                    findings.add(
                        group.range,
                        std::string(option) + " \"all\" gives the image to everybody",
                        "ami_users and snapshot_users share it with accounts"
                    );
                }
            }
        }
    }
}

void check_hard_coded_ami(const Subject& subject, Findings& findings) {
    const std::string hint =
        "source_ami_filter finds it by name and owner; in scripts, an SSM parameter";
    for (const Component* builder : subject.amazon_builders()) {
        const std::optional<Text> ami = builder->options.text("source_ami");
        if (ami && ami_id_length(ami->text, 0) > 0 &&
            is_literal(builder->options.expression("source_ami"), ami->text)) {
            findings.add(ami->range, ami->text + " exists in one region only, and grows old", hint);
        }
    }
    each_run(
        subject,
        [&](const Script& script, const shell::Command&, const shell::Invocation& run) {
            for (const shell::Word& word : run.arguments) {
                for (std::size_t at = word.text.find("ami-"); at != std::string::npos;
                     at = word.text.find("ami-", at + 1)) {
                    const std::size_t length = ami_id_length(word.text, at);
                    if (length > 0) {
                        findings.add(
                            script.range(word),
                            word.text.substr(at, length) +
                                " exists in one region only, and grows old",
                            hint
                        );
                        break;
                    }
                }
            }
        }
    );
}

void check_hard_coded_region(const Subject& subject, Findings& findings) {
    for (const Component* builder : subject.amazon_builders()) {
        const std::optional<Text> region = builder->options.text("region");
        if (region && is_literal(builder->options.expression("region"), region->text)) {
            findings.add(
                region->range,
                "the template builds in " + region->text + " only",
                "a variable, or leave it to AWS_REGION and the profile"
            );
        }
    }
}

void check_deregister_snapshots(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        const std::string_view text = script->shell.text;
        if (text.find("BlockDeviceMappings") != std::string_view::npos) {
            continue;
        }
        each_run(*script, [&](const shell::Command&, const shell::Invocation& run) {
            const bool deregisters =
                run.program == "aws" &&
                std::any_of(run.arguments.begin(), run.arguments.end(), [](const shell::Word& w) {
                    return w.text == "deregister-image";
                });
            if (deregisters) {
                findings.add(
                    script->range(run),
                    "nothing asks the image for its snapshots first: those that no description "
                    "names stay, and cost",
                    "read BlockDeviceMappings of describe-images before deregistering"
                );
            }
        });
    }
}

}  // namespace kiln::lint
