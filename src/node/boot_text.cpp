#include "node/boot_text.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>

namespace kiln::node {

namespace {

constexpr std::string_view kGrubEnvironmentHead = "# GRUB Environment Block\n";

/// Lines with their line ends, so that what is not edited stays as it is.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

struct KeyAndValue {
    std::string_view key;
    std::string_view value;
};

/// "options root=x" -> {"options", "root=x"}.
KeyAndValue bls_line(std::string_view line) {
    line = trim(line);
    const std::size_t blank = line.find_first_of(" \t");
    if (blank == std::string_view::npos) {
        return {line, {}};
    }
    return {line.substr(0, blank), trim(line.substr(blank))};
}

std::string with_newline(std::string text) {
    if (!text.empty() && !text.ends_with('\n')) {
        text += '\n';
    }
    return text;
}

/// A shell assignment cut open: `NAME=` + quote + value + quote + rest of the line.
struct Assignment {
    std::string before;    ///< indentation, "export ", NAME=
    std::string value;     ///< without quotes; inner escapes as the shell reads them
    bool literal = false;  ///< single quotes: `$` means nothing
    std::string after;     ///< comment and line end
};

std::optional<Assignment> read_assignment(std::string_view line, std::string_view name) {
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    if (line.substr(at).starts_with("export ")) {
        at = line.find_first_not_of(" \t", at + 7);
    }
    if (at == std::string_view::npos || !line.substr(at).starts_with(name) ||
        !line.substr(at + name.size()).starts_with('=')) {
        return std::nullopt;
    }
    at += name.size() + 1;
    Assignment found{std::string(line.substr(0, at)), {}, false, {}};
    char quote = 0;
    for (; at < line.size(); ++at) {
        const char c = line[at];
        if (quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '#')) {
            break;
        }
        if (quote != '\'' && c == '\\' && at + 1 < line.size()) {
            found.value += line[at + 1] == '$' ? "\\" : "";  // \$ is no reference, and stays none
            found.value += line[++at];
        } else if (c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
            found.literal |= c == '\'';
        } else {
            found.value += c;
        }
    }
    found.after = line.substr(at);
    return found;
}

std::string shell_quoted(const std::string& value, bool literal) {
    if (literal && value.find('\'') == std::string::npos) {
        return "'" + value + "'";
    }
    std::string quoted = "\"";
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool escapes_dollar = c == '\\' && value.substr(i + 1, 1) == "$";
        if (c == '"' || (c == '\\' && !escapes_dollar) || c == '`' || (literal && c == '$')) {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + "\"";
}

bool is_grub_linux_command(std::string_view word) {
    return word == "linux" || word == "linux16" || word == "linuxefi";
}

/// A `linux` line cut into command with kernel path, and arguments. GRUB escapes inside the
/// arguments (\", \\, \') are left as they are.
struct GrubLinuxLine {
    std::string before;  ///< "\tlinux\t/boot/vmlinuz-6.1 "
    std::string kernel;
    std::string line;
    std::string after;  ///< line end
};

std::optional<GrubLinuxLine> read_linux_line(std::string_view line) {
    const std::size_t command = line.find_first_not_of(" \t");
    if (command == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t command_end = line.find_first_of(" \t", command);
    if (command_end == std::string_view::npos ||
        !is_grub_linux_command(line.substr(command, command_end - command))) {
        return std::nullopt;
    }
    const std::size_t kernel = line.find_first_not_of(" \t", command_end);
    if (kernel == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t kernel_end = std::min(line.find_first_of(" \t\r\n", kernel), line.size());
    return GrubLinuxLine{
        std::string(line.substr(0, kernel_end)),
        std::string(line.substr(kernel, kernel_end - kernel)),
        std::string(trim(line.substr(kernel_end))),
        line.ends_with('\n') ? "\n" : ""};
}

/// The first quoted or plain word after "menuentry".
std::optional<std::string> menu_title(std::string_view line) {
    line = trim(line);
    if (!line.starts_with("menuentry ")) {
        return std::nullopt;
    }
    line = trim(line.substr(10));
    const char quote = line.empty() ? ' ' : line.front();
    if (quote != '\'' && quote != '"') {
        return std::string(line.substr(0, line.find(' ')));
    }
    return std::string(line.substr(1, line.find(quote, 1) - 1));
}

std::vector<std::string> environment_lines(std::string_view block) {
    if (block.size() != kGrubEnvironmentBytes || !block.starts_with(kGrubEnvironmentHead)) {
        throw Error(
            ErrorKind::input,
            "GRUB's environment block is damaged: expected " +
                std::to_string(kGrubEnvironmentBytes) +
                " bytes that begin with \"# GRUB "
                "Environment Block\", found " +
                std::to_string(block.size())
        );
    }
    std::vector<std::string> lines;
    for (const std::string& line : split(block.substr(kGrubEnvironmentHead.size()), '\n')) {
        if (!line.empty() && line.find_first_not_of('#') != std::string::npos) {
            lines.push_back(line);
        }
    }
    return lines;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = size; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

}  // namespace

BlsEntry parse_bls_entry(std::string_view text) {
    BlsEntry entry;
    for (const std::string_view line : lines_of(text)) {
        const auto [key, value] = bls_line(line);
        if (key == "title") {
            entry.title = value;
        } else if (key == "version") {
            entry.version = value;
        } else if (key == "linux") {
            entry.linux = value;
        } else if (key == "options") {
            entry.options += (entry.options.empty() ? "" : " ") + std::string(value);
        }
    }
    return entry;
}

std::string edit_bls_entry(std::string_view text, const KernelArgumentChange& change) {
    const std::string options = merge_kernel_arguments(parse_bls_entry(text).options, change);
    std::string edited;
    bool written = false;
    for (const std::string_view line : lines_of(text)) {
        if (bls_line(line).key != "options") {
            edited += line;
        } else if (!written) {
            edited += "options " + options + "\n";
            written = true;
        }
    }
    if (!written && !options.empty()) {
        edited = with_newline(std::move(edited)) + "options " + options + "\n";
    }
    return edited;
}

std::optional<std::string> shell_assignment(std::string_view text, std::string_view name) {
    std::optional<std::string> value;
    for (const std::string_view line : lines_of(text)) {
        if (const auto found = read_assignment(line, name)) {
            value = found->value;
        }
    }
    return value;
}

std::string edit_shell_assignment(
    std::string_view text, std::string_view name, const KernelArgumentChange& change
) {
    std::string edited;
    bool written = false;
    for (const std::string_view line : lines_of(text)) {
        const auto found = read_assignment(line, name);
        if (!found) {
            edited += line;
            continue;
        }
        edited += found->before +
                  shell_quoted(merge_kernel_arguments(found->value, change), found->literal) +
                  found->after;
        written = true;
    }
    if (!written && !change.set.empty()) {
        edited = with_newline(std::move(edited)) + std::string(name) + "=" +
                 shell_quoted(join(change.set, " "), false) + "\n";
    }
    return edited;
}

std::vector<GrubEntry> parse_grub_config(std::string_view text) {
    std::vector<GrubEntry> entries;
    std::string title;
    for (const std::string_view line : lines_of(text)) {
        if (const auto found = menu_title(line)) {
            title = *found;
        } else if (const auto linux = read_linux_line(line)) {
            entries.push_back({title, linux->kernel, linux->line});
        }
    }
    return entries;
}

std::string edit_grub_config(std::string_view text, const KernelArgumentChange& change) {
    std::string edited;
    for (const std::string_view line : lines_of(text)) {
        const auto linux = read_linux_line(line);
        if (!linux) {
            edited += line;
            continue;
        }
        const std::string merged = merge_kernel_arguments(linux->line, change);
        edited += linux->before + (merged.empty() ? "" : " " + merged) + linux->after;
    }
    return edited;
}

std::optional<std::string> grub_environment_value(std::string_view block, std::string_view name) {
    for (const std::string& line : environment_lines(block)) {
        if (line.starts_with(std::string(name) + "=")) {
            return line.substr(name.size() + 1);
        }
    }
    return std::nullopt;
}

std::string edit_grub_environment(
    std::string_view block, std::string_view name, const KernelArgumentChange& change
) {
    std::vector<std::string> lines = environment_lines(block);
    const std::string prefix = std::string(name) + "=";
    const auto ours = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.starts_with(prefix);
    });
    if (ours == lines.end()) {
        lines.push_back(prefix + join(change.set, " "));
    } else {
        *ours = prefix + merge_kernel_arguments(ours->substr(prefix.size()), change);
    }
    std::string edited(kGrubEnvironmentHead);
    for (const std::string& line : lines) {
        edited += line + "\n";
    }
    if (edited.size() > kGrubEnvironmentBytes) {
        throw Error(
            ErrorKind::input,
            "GRUB's environment block would be " + std::to_string(edited.size()) +
                " bytes long; it holds " + std::to_string(kGrubEnvironmentBytes)
        )
            .set_hint("write the arguments into the boot entries instead of $kernelopts");
    }
    edited.resize(kGrubEnvironmentBytes, '#');
    return edited;
}

// PE and COFF, Microsoft's specification: the offset of the PE header stands at 0x3c; the COFF
// header of 20 bytes follows its 4-byte signature; then the optional header; then 40 bytes a
// section.
std::optional<std::string> uki_command_line(std::string_view pe_file) {
    constexpr std::size_t kSectionBytes = 40;
    if (pe_file.size() < 0x40 || !pe_file.starts_with("MZ")) {
        return std::nullopt;
    }
    const std::size_t header = little_endian(pe_file, 0x3c, 4);
    if (header + 24 > pe_file.size() ||
        pe_file.substr(header, 4) != std::string_view("PE\0\0", 4)) {
        return std::nullopt;
    }
    const std::size_t count = little_endian(pe_file, header + 6, 2);
    const std::size_t first = header + 24 + little_endian(pe_file, header + 20, 2);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t section = first + i * kSectionBytes;
        if (section + kSectionBytes > pe_file.size()) {
            return std::nullopt;
        }
        if (pe_file.substr(section, 8) != ".cmdline") {
            continue;
        }
        const std::size_t virtual_size = little_endian(pe_file, section + 8, 4);
        const std::size_t raw_size = little_endian(pe_file, section + 16, 4);
        const std::size_t offset = little_endian(pe_file, section + 20, 4);
        if (offset > pe_file.size()) {
            return std::nullopt;
        }
        const std::string_view bytes =
            pe_file.substr(offset, std::min(raw_size, virtual_size == 0 ? raw_size : virtual_size));
        return std::string(trim(bytes.substr(0, bytes.find('\0'))));
    }
    return std::nullopt;
}

}  // namespace kiln::node
