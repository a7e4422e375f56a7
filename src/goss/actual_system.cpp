#include "base/strings.hpp"
#include "goss/actual.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <sys/stat.h>

// Files, packages, services, users, groups and mounts.

namespace kiln::goss {

namespace {

constexpr int kNoProgram = 96;

struct Stat {
    unsigned mode = 0;
    std::int64_t uid = 0, gid = 0, size = 0;
    std::string user, group;
};

template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

// "81a4 0 0 12 root root".
std::optional<Stat> parse_stat(const std::string& text) {
    const std::vector<std::string> parts = split(text, ' ');
    if (parts.size() < 6) {
        return std::nullopt;
    }
    const auto mode = number<unsigned>(parts[0], 16);
    const auto uid = number<std::int64_t>(parts[1]);
    const auto gid = number<std::int64_t>(parts[2]);
    const auto size = number<std::int64_t>(parts[3]);
    if (!mode || !uid || !gid || !size) {
        return std::nullopt;
    }
    return Stat{*mode, *uid, *gid, *size, parts[4], parts[5]};
}

std::optional<Stat> stat_of(const std::string& path, const Facts& facts) {
    const auto own = facts.find("stat " + path);
    if (own != facts.end()) {
        return parse_stat(own->second.out.substr(0, own->second.out.find('|')));
    }
    const std::string tail = "|" + std::string(path.starts_with('-') ? "./" : "") + path;
    for (auto fact = facts.lower_bound("stats ");
         fact != facts.end() && fact->first.starts_with("stats ");
         ++fact) {
        if (fact->second.status == kNoProgram) {
            throw NoFact{"the machine has no program stat, so nothing is known of its files"};
        }
        const std::string& out = fact->second.out;
        std::size_t end = 0;
        for (std::size_t begin = 0; begin < out.size(); begin = end + 1) {
            end = std::min(out.find('\n', begin), out.size());
            const std::string_view line = std::string_view(out).substr(begin, end - begin);
            const std::size_t bar = line.find('|');
            if (bar != std::string_view::npos && line.substr(bar) == tail) {
                return parse_stat(std::string(line.substr(0, bar)));
            }
        }
    }
    return std::nullopt;
}

std::string file_type(unsigned mode) {
    switch (mode & S_IFMT) {
        case S_IFLNK:
            return "symlink";
        case S_IFCHR:
            return "character-device";
        case S_IFBLK:
            return "block-device";
        case S_IFIFO:
            return "pipe";
        case S_IFSOCK:
            return "socket";
        case S_IFDIR:
            return "directory";
        default:
            return "file";
    }
}

std::string known_name(const std::string& name, const char* table) {
    if (name == "UNKNOWN") {
        throw NoFact{std::string("Error: no matching entries in ") + table + " file"};
    }
    return name;
}

Value digest_of(const std::string& path, std::string_view name, const Facts& facts) {
    const Fact& fact = fact_of(facts, std::string(name) + " " + path);
    if (!fact.ok()) {
        throw NoFact{
            "there is no " + std::string(name) + " of " + path +
            ": it is no file that can be read, or the machine has no program " + std::string(name) +
            "sum"};
    }
    return fact.out.substr(0, fact.out.find(' '));
}

}  // namespace

Value actual_of_file(const Resource& file, std::string_view attribute, const Facts& facts) {
    const std::string& path = file.name;
    const std::optional<Stat> stat = stat_of(path, facts);
    if (attribute == "exists") {
        return stat.has_value();
    }
    if (!stat) {
        throw NoFact{"lstat " + path + ": no such file or directory"};
    }
    if (attribute == "mode") {
        return fmt::format("{:04o}", stat->mode & 07777U);
    }
    if (attribute == "size") {
        return stat->size;
    }
    if (attribute == "uid" || attribute == "gid") {
        return attribute == "uid" ? stat->uid : stat->gid;
    }
    if (attribute == "owner") {
        return known_name(stat->user, "passwd");
    }
    if (attribute == "group") {
        return known_name(stat->group, "group");
    }
    if (attribute == "filetype") {
        return file_type(stat->mode);
    }
    if (attribute == "linked-to") {
        const Fact& fact = fact_of(facts, "link " + path);
        if (!fact.ok()) {
            throw NoFact{"readlink " + path + ": invalid argument"};
        }
        return fact.out.substr(0, fact.out.size() - (fact.out.ends_with('\n') ? 1 : 0));
    }
    if (attribute == "contents" || attribute == "contains") {
        const Fact& fact = fact_of(facts, contents_key(path));
        if (!fact.ok()) {
            throw NoFact{"open " + path + ": it is no regular file that can be read"};
        }
        return fact.out;
    }
    return digest_of(path, attribute, facts);
}

namespace {

std::vector<std::string> dpkg_versions(const std::string& name, const std::string& lines) {
    std::vector<std::string> versions;
    for (const std::string& line : split(lines, '\n')) {
        const std::vector<std::string> parts = split(line, '\t');
        if (parts.size() != 4) {
            continue;
        }
        const bool named =
            glob_match(name, parts[0]) || glob_match(name, parts[0] + ":" + parts[1]);
        const bool installed = parts[2].starts_with("install ok installed") ||
                               parts[2].starts_with("hold ok installed");
        if (named && installed) {
            versions.push_back(parts[3]);
        }
    }
    return versions;
}

std::vector<std::string> rpm_versions(const std::string& name, const std::string& lines) {
    std::vector<std::string> versions;
    for (const std::string& line : split(lines, '\n')) {
        const std::vector<std::string> p = split(line, '\t');
        if (p.size() != 5) {
            continue;
        }
        const std::string with_version = p[0] + "-" + p[1];
        const std::string with_release = with_version + "-" + p[2];
        if (name == p[0] || name == p[0] + "." + p[3] || name == with_version ||
            name == with_release || name == with_release + "." + p[3]) {
            versions.push_back(p[4]);
        }
    }
    return versions;
}

// Behind the line "@name": "name-1.2-r0 = 1.2-r0" of apk, "name 1.2-1" of pacman.
std::vector<std::string> listed_versions(
    const std::string& name, const std::string& lines, bool is_apk
) {
    std::vector<std::string> versions;
    bool own = false;
    for (const std::string& line : split(lines, '\n')) {
        if (line.starts_with('@')) {
            own = line.substr(1) == name;
            continue;
        }
        if (!own || line.empty() || line.starts_with("Installed:") || line.starts_with("WARNING")) {
            continue;
        }
        const std::size_t space = std::min(line.find(' '), line.size());
        if (!is_apk) {
            return {std::string(trim(line.substr(space)))};
        }
        const std::string first = line.substr(0, space);
        versions.push_back(first.starts_with(name + "-") ? first.substr(name.size() + 1) : first);
    }
    return versions;
}

std::vector<std::string> installed_versions(const std::string& name, const Facts& facts) {
    std::vector<std::string> versions;
    for (auto fact = facts.lower_bound("packages ");
         fact != facts.end() && fact->first.starts_with("packages ");
         ++fact) {
        const std::string& out = fact->second.out;
        const std::size_t newline = std::min(out.find('\n'), out.size());
        const std::string manager = out.substr(0, newline);
        const std::vector<std::string> found =
            manager == "dpkg"  ? dpkg_versions(name, out)
            : manager == "rpm" ? rpm_versions(name, out)
                               : listed_versions(name, out.substr(newline), manager == "apk");
        versions = versions.empty() ? found : versions;
    }
    return versions;
}

}  // namespace

Value actual_of_package(const Resource& package, std::string_view attribute, const Facts& facts) {
    const std::vector<std::string> versions = installed_versions(package.name, facts);
    if (attribute == "installed") {
        return !versions.empty();
    }
    if (versions.empty()) {
        throw NoFact{"Package version not found"};
    }
    return Value::texts(versions);
}

namespace {

// "name|1 0 2 3": enabled, running, run levels.
std::vector<std::string> service_line(const std::string& name, const Facts& facts) {
    for (auto fact = facts.lower_bound("services ");
         fact != facts.end() && fact->first.starts_with("services ");
         ++fact) {
        for (const std::string& line : split(fact->second.out, '\n')) {
            const std::size_t bar = line.rfind('|');
            if (bar != std::string::npos && line.substr(0, bar) == name) {
                return split(line.substr(bar + 1), ' ');
            }
        }
    }
    throw NoFact{"the machine did not tell of the service " + name};
}

}  // namespace

Value actual_of_service(const Resource& service, std::string_view attribute, const Facts& facts) {
    const std::vector<std::string> parts = service_line(service.name, facts);
    if (attribute == "enabled" || attribute == "running") {
        return parts[attribute == "enabled" ? 0 : 1] == "1";
    }
    std::vector<std::string> levels(parts.begin() + 2, parts.end());
    std::erase(levels, "");
    return Value::texts(levels);
}

namespace {

std::optional<std::vector<std::string>> account_line(
    const std::string& lines, const std::string& name, std::size_t fields
) {
    for (const std::string& line : split(lines, '\n')) {
        std::vector<std::string> parts = split(line, ':');
        if (parts.size() == fields && parts[0] == name) {
            return parts;
        }
    }
    return std::nullopt;
}

Value groups_of(const std::string& user, const std::string& gid, const std::string& lines) {
    std::vector<std::string> groups;
    for (const std::string& line : split(lines, '\n')) {
        const std::vector<std::string> parts = split(line, ':');
        if (parts.size() != 4) {
            continue;
        }
        const std::vector<std::string> members = split(parts[3], ',');
        if (parts[2] == gid || std::find(members.begin(), members.end(), user) != members.end()) {
            groups.push_back(parts[0]);
        }
    }
    std::sort(groups.begin(), groups.end());
    return Value::texts(groups);
}

Value account_number(const std::string& text) {
    const auto id = number<std::int64_t>(text);
    if (!id) {
        throw NoFact{"\"" + text + "\" is no number"};
    }
    return *id;
}

}  // namespace

Value actual_of_account(const Resource& account, std::string_view attribute, const Facts& facts) {
    constexpr std::size_t kPasswdFields = 7;
    constexpr std::size_t kGroupFields = 4;
    const bool is_user = account.kind == Kind::user;
    const auto line = account_line(
        fact_of(facts, is_user ? "passwd" : "group").out,
        account.name,
        is_user ? kPasswdFields : kGroupFields
    );
    if (attribute == "exists") {
        return line.has_value();
    }
    if (!line) {
        throw NoFact{(is_user ? "user: unknown user " : "group: unknown group ") + account.name};
    }
    if (attribute == "uid") {
        return account_number((*line)[2]);
    }
    if (attribute == "gid") {
        return account_number((*line)[is_user ? 3 : 2]);
    }
    if (attribute == "groups") {
        return groups_of(account.name, (*line)[3], fact_of(facts, "group").out);
    }
    return (*line)[attribute == "home" ? 5 : 6];
}

namespace {

// The kernel writes blanks and backslashes in paths as \040.
std::string mount_path(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto code = text[i] == '\\' && i + 3 < text.size()
                              ? number<unsigned>(text.substr(i + 1, 3), 8)
                              : std::nullopt;
        out += code ? static_cast<char>(*code) : text[i];
        i += code ? 3U : 0U;
    }
    return out;
}

struct MountLine {
    std::string options, filesystem, source, vfs_options;
};

// mountinfo(5): 36 35 98:0 /root /point rw,noatime shared:1 - ext4 /dev/sda1 rw
std::optional<MountLine> mount_line(const std::string& lines, const std::string& point) {
    constexpr std::size_t kFixed = 6;
    for (const std::string& line : split(lines, '\n')) {
        const std::vector<std::string> parts = split(line, ' ');
        const auto dash = std::find(parts.begin(), parts.end(), "-");
        if (parts.size() < kFixed || mount_path(parts[4]) != point || parts.end() - dash < 3) {
            continue;
        }
        return MountLine{
            parts[5], dash[1], mount_path(dash[2]), parts.end() - dash > 3 ? dash[3] : ""};
    }
    return std::nullopt;
}

Value option_list(const std::string& options) {
    std::vector<std::string> list;
    bool quoted = false;
    std::string current;
    for (const char c : options + ",") {
        quoted = quoted != (c == '"');
        if (c != ',' || quoted) {
            current += c;
        } else if (!current.empty()) {
            list.push_back(std::exchange(current, ""));
        }
    }
    return Value::texts(list);
}

Value unique(const Value& texts) {
    std::vector<std::string> out;
    for (const Value& text : *texts.list()) {
        if (std::find(out.begin(), out.end(), *text.string()) == out.end()) {
            out.push_back(*text.string());
        }
    }
    return Value::texts(out);
}

Value percent_used(const Fact& fact) {
    std::vector<std::int64_t> numbers;  // blocks, and those that are free
    for (const std::string& part : split(trim(fact.out), ' ')) {
        if (const auto count = number<std::int64_t>(part)) {
            numbers.push_back(*count);
        }
    }
    if (!fact.ok() || numbers.size() != 2) {
        throw NoFact{"the machine does not tell how full the file system is (stat -f)"};
    }
    if (numbers[0] == 0) {
        return std::int64_t{0};
    }
    return static_cast<std::int64_t>(
        std::round((1 - static_cast<double>(numbers[1]) / static_cast<double>(numbers[0])) * 100)
    );
}

}  // namespace

Value actual_of_mount(const Resource& mount, std::string_view attribute, const Facts& facts) {
    const auto line = mount_line(fact_of(facts, "mounts").out, mount.name);
    if (!line) {
        throw NoFact{"Mountpoint not found"};
    }
    if (attribute == "exists") {
        return true;
    }
    if (attribute == "opts") {
        return unique(option_list(line->options));
    }
    if (attribute == "vfs-opts") {
        return option_list(line->vfs_options);
    }
    if (attribute == "usage") {
        return percent_used(fact_of(facts, "usage " + mount.name));
    }
    return attribute == "source" ? line->source : line->filesystem;
}

}  // namespace kiln::goss
