#include "base/strings.hpp"
#include "contents/difference.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace kiln::contents {
namespace {

using Texts = std::vector<std::string>;

std::string plural(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// What a list has more than another, each item once for each time.
Texts without(const Texts& list, Texts other) {
    Texts rest;
    for (const std::string& item : list) {
        const auto found = std::find(other.begin(), other.end(), item);
        if (found == other.end()) {
            rest.push_back(item);
        } else {
            other.erase(found);
        }
    }
    return rest;
}

/// "- quiet + isolcpus=2-7", or that only the order differs.
std::string list_change(const Texts& before, const Texts& after) {
    Texts parts;
    if (const Texts gone = without(before, after); !gone.empty()) {
        parts.push_back("- " + join(gone, " "));
    }
    if (const Texts added = without(after, before); !added.empty()) {
        parts.push_back("+ " + join(added, " "));
    }
    return parts.empty() ? "in another order: " + join(after, " ") : join(parts, "  ");
}

/// "before -> after", or "" when they are the same.
void add_change(Texts& texts, const char* what, const std::string& was, const std::string& is) {
    if (was != is) {
        const auto shown = [](const std::string& text) { return text.empty() ? "none" : text; };
        texts.push_back(
            (*what == '\0' ? std::string() : std::string(what) + " ") + shown(was) + " -> " +
            shown(is)
        );
    }
}

std::string describe_value(const std::string& text) {
    return text;
}
std::string describe_change(const std::string& was, const std::string& is) {
    return was + " -> " + is;
}

std::string describe_value(const Unit& unit) {
    return unit.state + (unit.drop_ins.empty() ? "" : ", drop-ins " + join(unit.drop_ins, " "));
}
std::string describe_change(const Unit& was, const Unit& is) {
    Texts texts;
    add_change(texts, "", was.state, is.state);
    if (was.drop_ins != is.drop_ins) {
        texts.push_back("drop-ins " + list_change(was.drop_ins, is.drop_ins));
    }
    return join(texts, ", ");
}

std::string describe_value(const Sysctl& sysctl) {
    return sysctl.value + " (" + sysctl.file + ")";
}
std::string describe_change(const Sysctl& was, const Sysctl& is) {
    return was.value + " -> " + describe_value(is);
}

std::string describe_value(const Texts& arguments) {
    return join(arguments, " ");
}
std::string describe_change(const Texts& was, const Texts& is) {
    return list_change(was, is);
}

std::string describe_value(const User& user) {
    return fmt::format(
        "uid {}, gid {}, home {}, shell {}, password {}",
        user.uid,
        user.gid,
        user.home,
        user.shell,
        to_string(user.password)
    );
}
std::string describe_change(const User& was, const User& is) {
    Texts texts;
    add_change(texts, "uid", was.uid, is.uid);
    add_change(texts, "gid", was.gid, is.gid);
    add_change(texts, "home", was.home, is.home);
    add_change(texts, "shell", was.shell, is.shell);
    add_change(texts, "password", to_string(was.password), to_string(is.password));
    if (was.password == is.password && was.password_digest != is.password_digest) {
        texts.emplace_back("another password");
    }
    return join(texts, ", ");
}

std::string describe_value(const Group& group) {
    return "gid " + group.gid +
           (group.members.empty() ? "" : ", members " + join(group.members, " "));
}
std::string describe_change(const Group& was, const Group& is) {
    Texts texts;
    add_change(texts, "gid", was.gid, is.gid);
    if (was.members != is.members) {
        texts.push_back("members " + list_change(was.members, is.members));
    }
    return join(texts, ", ");
}

std::string describe_value(const Privilege& file) {
    return fmt::format("mode {:04o}, owner {}:{}", file.mode, file.uid, file.gid) +
           (file.capabilities.empty() ? "" : ", capabilities " + file.capabilities);
}

std::string mode_text(unsigned mode) {
    return fmt::format("{:04o}", mode);
}
std::string owner_text(std::uint32_t uid, std::uint32_t gid) {
    return fmt::format("{}:{}", uid, gid);
}

std::string describe_change(const Privilege& was, const Privilege& is) {
    Texts texts;
    add_change(texts, "mode", mode_text(was.mode), mode_text(is.mode));
    add_change(texts, "owner", owner_text(was.uid, was.gid), owner_text(is.uid, is.gid));
    add_change(texts, "capabilities", was.capabilities, is.capabilities);
    return join(texts, ", ");
}

std::string describe_value(const FileState& file) {
    switch (file.type) {
        case sys::FileType::regular:
            return fmt::format("{} bytes, mode {:04o}", file.size_bytes, file.mode);
        case sys::FileType::symlink:
            return "symlink to " + file.target;
        case sys::FileType::directory:
        case sys::FileType::character_device:
        case sys::FileType::block_device:
        case sys::FileType::fifo:
        case sys::FileType::socket:
            return to_string(file.type) + ", mode " + mode_text(file.mode);
    }
    return "";
}
std::string describe_change(const FileState& was, const FileState& is) {
    Texts texts;
    add_change(texts, "", to_string(was.type), to_string(is.type));
    if (was.type == is.type) {
        if (was.size_bytes != is.size_bytes) {
            texts.push_back(fmt::format("content, {} -> {} bytes", was.size_bytes, is.size_bytes));
        } else if (was.sha256 != is.sha256) {
            texts.emplace_back("content");
        }
    }
    if (was.type != sys::FileType::symlink || is.type != sys::FileType::symlink) {
        add_change(texts, "mode", mode_text(was.mode), mode_text(is.mode));
    }
    add_change(texts, "owner", owner_text(was.uid, was.gid), owner_text(is.uid, is.gid));
    add_change(texts, "target", was.target, is.target);
    add_change(texts, "device", was.device, is.device);
    add_change(texts, "capabilities", was.capabilities, is.capabilities);
    return join(texts, ", ");
}

class TextWriter {
public:
    explicit TextWriter(bool color) : color_(color) {}

    template <class Value>
    void section(const char* title, const Differences<Value>& differences) {
        if (!differences.empty()) {
            heading(title, counts_of(differences));
            for (const Difference<Value>& difference : differences) {
                line(difference);
            }
        }
    }

    void files(const std::vector<FileDifference>& all, bool show_explained) {
        std::vector<FileDifference> shown;
        for (const FileDifference& file : all) {
            if (show_explained || !file.explained) {
                shown.push_back(file);
            }
        }
        if (all.empty()) {
            return;
        }
        std::string counts = counts_of(all);
        if (shown.size() < all.size()) {
            counts += fmt::format(
                " ({} of packages that differ; -files shows {})",
                plural(all.size() - shown.size(), "is", "are"),
                all.size() - shown.size() == 1 ? "it" : "them"
            );
        }
        heading("files", counts);
        for (const FileDifference& file : shown) {
            line(file);
        }
    }

    std::string text() { return std::move(text_); }

private:
    template <class List>
    static std::string counts_of(const List& differences) {
        std::size_t added = 0;
        std::size_t removed = 0;
        for (const auto& difference : differences) {
            added += difference.before ? 0U : 1U;
            removed += difference.after ? 0U : 1U;
        }
        const std::size_t changed = differences.size() - added - removed;
        Texts texts;
        for (const auto& [count, what] :
             {std::pair(added, " added"), {removed, " removed"}, {changed, " changed"}}) {
            if (count > 0) {
                texts.push_back(std::to_string(count) + what);
            }
        }
        return join(texts, ", ");
    }

    void heading(const char* title, const std::string& counts) {
        text_ += text_.empty() ? "" : "\n";
        text_ += colored("\033[1m", title) + ": " + counts + "\n";
    }

    template <class Value>
    void line(const Difference<Value>& difference) {
        const std::string name = to_valid_utf8(difference.name);
        if (!difference.before) {
            text_ += colored("\033[32m", "  + " + name) + "  " + describe_value(*difference.after);
        } else if (!difference.after) {
            text_ += colored("\033[31m", "  - " + name) + "  " + describe_value(*difference.before);
        } else {
            text_ += colored("\033[33m", "  ~ " + name) + "  " +
                     describe_change(*difference.before, *difference.after);
        }
        text_ += "\n";
    }

    std::string colored(std::string_view code, const std::string& text) const {
        return color_ ? std::string(code) + text + "\033[0m" : text;
    }

    bool color_;
    std::string text_;
};

}  // namespace

std::string difference_text(const ImageDifference& difference, const DifferenceStyle& style) {
    TextWriter writer(style.color);
    writer.section("os-release", difference.os_release);
    writer.section("packages", difference.packages);
    writer.section("units", difference.units);
    writer.section("sysctls", difference.sysctls);
    writer.section("kernel arguments", difference.kernel_arguments);
    writer.section("users", difference.users);
    writer.section("groups", difference.groups);
    writer.section("setuid, setgid and capabilities", difference.privileges);
    writer.files(difference.files, style.all_files);
    return writer.text();
}

}  // namespace kiln::contents
