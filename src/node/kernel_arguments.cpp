#include "node/kernel_arguments.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>

namespace kiln::node {

namespace {

// Parameters that the kernel or systemd adds up, each time they are given, instead of taking one.
// Linux, Documentation/admin-guide/kernel-parameters.txt; systemd, kernel-command-line(7).
constexpr std::array<std::string_view, 18> kAddedUp = {
    "console",
    "earlycon",
    "memmap",
    "memblock",
    "module_blacklist",
    "modprobe.blacklist",
    "acpi_osi",
    "blacklist",
    "dyndbg",
    "ftrace_filter",
    "initcall_blacklist",
    "initrd",
    "pci",
    "rd.driver.blacklist",
    "systemd.mask",
    "systemd.setenv",
    "systemd.wants",
    "video",
};

bool is_added_up(std::string_view key) {
    return std::find(kAddedUp.begin(), kAddedUp.end(), key) != kAddedUp.end();
}

std::string value_of(std::string_view word) {
    const std::size_t equals = word.find('=');
    return equals == std::string_view::npos ? "" : std::string(word.substr(equals + 1));
}

/// Whether `word` is ours: it goes, and what stands for it is in `set`.
bool is_replaced(std::string_view word, const KernelArgumentChange& change) {
    const std::string key = kernel_argument_key(word);
    const auto by_set = [&](const std::string& ours) {
        return is_added_up(key) ? ours == word : kernel_argument_key(ours) == key;
    };
    const auto by_remove = [&](const std::string& ours) {
        return ours.find('=') == std::string::npos ? kernel_argument_key(ours) == key
                                                   : ours == word;
    };
    return std::any_of(change.set.begin(), change.set.end(), by_set) ||
           std::any_of(change.remove.begin(), change.remove.end(), by_remove);
}

/// The index of "--", or the number of words.
std::size_t kernel_part(const std::vector<std::string>& words) {
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), "--") - words.begin());
}

/// What the line has for `key`, in order.
std::vector<std::string> words_of_key(
    const std::vector<std::string>& words, const std::string& key
) {
    std::vector<std::string> found;
    for (const std::string& word : words) {
        if (kernel_argument_key(word) == key) {
            found.push_back(word);
        }
    }
    return found;
}

/// The words whose order among each other means something: a hugepages= counts pages of the
/// hugepagesz= before it. Nothing when the line asks for none.
std::vector<std::string> page_words(const std::vector<std::string>& words) {
    std::vector<std::string> found;
    for (const std::string& word : words) {
        const std::string key = kernel_argument_key(word);
        if (key == "hugepagesz" || key == "hugepages") {
            found.push_back(word);
        }
    }
    return found;
}

void compare_key(
    const std::string& key,
    const std::vector<std::string>& have,
    const std::vector<std::string>& want,
    std::vector<std::string>& differences
) {
    if (have == want) {
        return;
    }
    for (const std::string& word : want) {
        if (have.empty() || (want.size() > 1 && std::count(have.begin(), have.end(), word) == 0)) {
            differences.push_back(word + " is missing");
        }
    }
    if (have.empty() || (want.size() > 1 && have.size() <= want.size())) {
        return;
    }
    if (have.size() == 1) {
        differences.push_back(key + " is " + value_of(have[0]) + ", not " + value_of(want[0]));
    } else if (have.size() > want.size()) {
        differences.push_back(
            key + " is given " + std::to_string(have.size()) + " times (" + join(have, " ") +
            "), not " + (want.size() == 1 ? "once" : std::to_string(want.size()) + " times")
        );
    }
}

}  // namespace

std::vector<std::string> split_kernel_line(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    for (const char c : line) {
        quoted ^= c == '"';
        if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            if (!word.empty()) {
                words.push_back(std::move(word));
                word.clear();
            }
        } else {
            word += c;
        }
    }
    if (!word.empty()) {
        words.push_back(std::move(word));
    }
    return words;
}

std::string kernel_argument_key(std::string_view word) {
    if (word.starts_with('"')) {
        word.remove_prefix(1);
    }
    std::string key(word.substr(0, word.find('=')));
    if (key.ends_with('"')) {
        key.pop_back();
    }
    std::replace(key.begin(), key.end(), '-', '_');
    return key;
}

std::string merge_kernel_arguments(std::string_view line, const KernelArgumentChange& change) {
    const std::vector<std::string> words = split_kernel_line(line);
    const std::size_t init = kernel_part(words);
    std::vector<std::string> merged;
    for (std::size_t i = 0; i < init; ++i) {
        if (!is_replaced(words[i], change)) {
            merged.push_back(words[i]);
        }
    }
    merged.insert(merged.end(), change.set.begin(), change.set.end());
    merged.insert(merged.end(), words.begin() + static_cast<std::ptrdiff_t>(init), words.end());
    return join(merged, " ");
}

std::vector<std::string> replaced_kernel_arguments(
    std::string_view line, const KernelArgumentChange& change
) {
    std::vector<std::string> words = split_kernel_line(line);
    words.resize(kernel_part(words));
    std::erase_if(words, [&](const std::string& word) { return !is_replaced(word, change); });
    return words;
}

std::vector<std::string> kernel_argument_differences(
    std::string_view line, const KernelArgumentChange& change
) {
    std::vector<std::string> words = split_kernel_line(line);
    words.resize(kernel_part(words));
    std::vector<std::string> differences;
    std::vector<std::string> seen;
    for (const std::string& ours : change.set) {
        const std::string key = kernel_argument_key(ours);
        if (is_added_up(key)) {
            if (std::count(words.begin(), words.end(), ours) == 0) {
                differences.push_back(ours + " is missing");
            }
        } else if (std::count(seen.begin(), seen.end(), key) == 0) {
            seen.push_back(key);
            compare_key(key, words_of_key(words, key), words_of_key(change.set, key), differences);
        }
    }
    const std::vector<std::string> pages = page_words(change.set);
    if (differences.empty() && !pages.empty() && page_words(words) != pages) {
        differences.push_back(
            "hugepagesz= and hugepages= stand in the order " + join(page_words(words), " ") +
            ", not " + join(pages, " ")
        );
    }
    for (const std::string& ours : change.remove) {
        const auto goes = [&](const std::string& word) {
            return ours.find('=') == std::string::npos
                       ? kernel_argument_key(word) == kernel_argument_key(ours)
                       : word == ours;
        };
        if (std::any_of(words.begin(), words.end(), goes) &&
            std::count(seen.begin(), seen.end(), kernel_argument_key(ours)) == 0) {
            differences.push_back(ours + " is still there");
        }
    }
    return differences;
}

}  // namespace kiln::node
