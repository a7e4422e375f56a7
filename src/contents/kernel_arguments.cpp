#include "contents/kernel_arguments.hpp"

#include "base/strings.hpp"
#include "contents/assignments.hpp"

#include <sstream>

namespace kiln::contents {
namespace {

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

void read_grub_defaults(ImageTree& tree, KernelArguments& found) {
    Assignments variables;
    bool any = false;
    const auto read = [&](const std::string& path) {
        if (const std::optional<std::string> text = tree.read_file(path)) {
            read_assignments(*text, variables);
            any = true;
        }
    };
    read("etc/default/grub");
    for (const Entry* entry : tree.children("etc/default/grub.d")) {
        if (entry->path.ends_with(".cfg")) {
            read(entry->path);
        }
    }
    if (any) {
        // The order in which grub-mkconfig's 10_linux puts them.
        found["/etc/default/grub"] = words_of(
            variables["GRUB_CMDLINE_LINUX"] + " " + variables["GRUB_CMDLINE_LINUX_DEFAULT"]
        );
    }
}

/// The variables of a grubenv: a line each, the rest of its 1024 bytes filled with '#'.
Assignments read_grub_environment(ImageTree& tree) {
    Assignments variables;
    for (const char* path : {"boot/grub2/grubenv", "boot/grub/grubenv"}) {
        for (const std::string& line : split(tree.read_file(path).value_or(""), '\n')) {
            const std::size_t equals = line.find('=');
            if (!line.starts_with('#') && equals != std::string::npos) {
                variables.try_emplace(line.substr(0, equals), line.substr(equals + 1));
            }
        }
    }
    return variables;
}

/// Entries of the Boot Loader Specification, type 1: lines of key and value. A value of $name is
/// GRUB's variable.
void read_loader_entries(ImageTree& tree, KernelArguments& found) {
    const Assignments environment = read_grub_environment(tree);
    for (const char* folder :
         {"boot/loader/entries", "efi/loader/entries", "boot/efi/loader/entries"}) {
        for (const Entry* entry : tree.children(folder)) {
            if (!entry->path.ends_with(".conf")) {
                continue;
            }
            std::vector<std::string>& arguments = found["/" + entry->path];
            for (const std::string& line : split(tree.read_file(entry->path).value_or(""), '\n')) {
                std::vector<std::string> words = words_of(line);
                if (words.empty() || words.front() != "options") {
                    continue;
                }
                for (std::size_t i = 1; i < words.size(); ++i) {
                    const auto variable = words[i].starts_with('$')
                                              ? environment.find(words[i].substr(1))
                                              : environment.end();
                    const std::vector<std::string> values = variable == environment.end()
                                                                ? std::vector<std::string>{words[i]}
                                                                : words_of(variable->second);
                    arguments.insert(arguments.end(), values.begin(), values.end());
                }
            }
        }
    }
}

/// What stands in the first quotes.
std::string quoted_title(std::string_view line) {
    const std::size_t begin = line.find_first_of("'\"");
    if (begin == std::string_view::npos) {
        return "";
    }
    const std::size_t end = line.find(line[begin], begin + 1);
    return std::string(line.substr(begin + 1, end - begin - 1));
}

void read_grub_config(ImageTree& tree, const std::string& path, KernelArguments& found) {
    const std::optional<std::string> text = tree.read_file(path);
    std::string title;
    for (const std::string& line : split(text.value_or(""), '\n')) {
        const std::string_view trimmed = trim(line);
        if (trimmed.starts_with("menuentry ")) {
            title = quoted_title(trimmed);
            continue;
        }
        std::vector<std::string> words = words_of(std::string(trimmed));
        if (words.size() >= 2 &&
            (words[0] == "linux" || words[0] == "linuxefi" || words[0] == "linux16")) {
            words.erase(words.begin(), words.begin() + 2);
            found.try_emplace("/" + path + ": " + title, std::move(words));
        }
    }
}

}  // namespace

KernelArguments read_kernel_arguments(ImageTree& tree) {
    KernelArguments found;
    read_grub_defaults(tree, found);
    if (const std::optional<std::string> text = tree.read_file("etc/kernel/cmdline")) {
        found["/etc/kernel/cmdline"] = words_of(*text);
    }
    read_loader_entries(tree, found);
    for (const char* path : {"boot/grub/grub.cfg", "boot/grub2/grub.cfg"}) {
        read_grub_config(tree, path, found);
    }
    for (const char* folder : {"boot/efi/EFI", "efi/EFI"}) {
        for (const Entry* vendor : tree.children(folder)) {
            read_grub_config(tree, vendor->path + "/grub.cfg", found);
        }
    }
    return found;
}

}  // namespace kiln::contents
