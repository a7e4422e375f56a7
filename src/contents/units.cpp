// systemd.unit(5), "Unit File Load Path" and "Unit file states" of systemctl(1). A unit's file is
// the first one of its name in the load path. Links below /etc and /run are what enabling makes.

#include "contents/units.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace kiln::contents {
namespace {

constexpr std::array<const char*, 6> kLoadPath = {
    "etc/systemd/system",
    "run/systemd/system",
    "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
    "lib/systemd/system",
    "etc/systemd/system.attached"};
constexpr std::string_view kAdministrator = "etc/systemd/system";

constexpr std::array<std::string_view, 11> kTypes = {
    ".service",
    ".socket",
    ".device",
    ".mount",
    ".automount",
    ".swap",
    ".target",
    ".path",
    ".timer",
    ".slice",
    ".scope"};

bool is_unit_name(std::string_view name) {
    return std::any_of(kTypes.begin(), kTypes.end(), [name](std::string_view type) {
        return name.ends_with(type) && name.size() > type.size();
    });
}

/// "getty@tty1.service" is an instance of "getty@.service"; "" for what is none.
std::string template_of(std::string_view name) {
    const std::size_t at = name.find('@');
    const std::size_t dot = name.rfind('.');
    if (at == std::string_view::npos || dot == std::string_view::npos || dot <= at + 1) {
        return "";
    }
    return std::string(name.substr(0, at + 1)) + std::string(name.substr(dot));
}

struct InstallSection {
    bool is_there = false;   ///< with anything to install
    bool only_also = false;  ///< nothing but Also=: "indirect"
};

InstallSection install_section(const std::string& text) {
    InstallSection section;
    bool within = false;
    bool also = false;
    for (const std::string& line : split(text, '\n')) {
        const std::string_view trimmed = trim(line);
        if (trimmed.starts_with('[')) {
            within = trimmed == "[Install]";
            continue;
        }
        const std::size_t equals = trimmed.find('=');
        if (!within || equals == std::string_view::npos ||
            trim(trimmed.substr(equals + 1)).empty()) {
            continue;
        }
        const std::string_view key = trim(trimmed.substr(0, equals));
        if (key == "WantedBy" || key == "RequiredBy" || key == "Alias") {
            section.is_there = true;
        } else if (key == "Also" || key == "DefaultInstance") {
            also = also || key == "Also";
        }
    }
    section.only_also = also && !section.is_there;
    return section;
}

class UnitReader {
public:
    explicit UnitReader(ImageTree& tree) : tree_(tree) {}

    std::map<std::string, Unit> read() {
        std::set<std::string> seen;
        for (const char* folder : kLoadPath) {
            // /lib is mostly /usr/lib; each real folder counts once.
            const std::string real = tree_.resolve(folder).value_or(folder);
            if (seen.insert(real).second) {
                folders_.push_back(real);
            }
        }
        for (const std::string& folder : folders_) {
            read_folder(folder);
        }
        for (const std::string& name : enabled_) {
            set_enabled(name);
        }
        for (auto& [name, unit] : units_) {
            unit.drop_ins = drop_ins_of(name);
        }
        return std::move(units_);
    }

private:
    void read_folder(const std::string& folder) {
        const bool by_administrator = folder == kAdministrator;
        for (const Entry* entry : tree_.children(folder)) {
            const std::string name(file_name(entry->path));
            if (name.ends_with(".wants") || name.ends_with(".requires")) {
                if (by_administrator) {
                    for (const Entry* link : tree_.children(entry->path)) {
                        enabled_.insert(std::string(file_name(link->path)));
                    }
                }
            } else if (is_unit_name(name) && entry->type != sys::FileType::directory) {
                add(name, *entry, by_administrator);
            }
        }
    }

    void add(const std::string& name, const Entry& entry, bool by_administrator) {
        if (units_.contains(name)) {
            return;  // an earlier folder has it
        }
        const std::string target =
            entry.type == sys::FileType::symlink ? entry.target : std::string();
        Unit& unit = units_[name];
        if (target == "/dev/null") {
            unit.state = "masked";
            return;
        }
        const std::string target_name(file_name(target));
        if (!target.empty() && target_name != name && is_unit_name(target_name) &&
            template_of(name) != target_name) {
            unit.state = "alias";
            if (by_administrator) {
                enabled_.insert(target_name);
            }
            return;
        }
        const std::optional<std::string> text = tree_.read_file(entry.path);
        if (!text) {
            unit.state = "bad";
            return;
        }
        if (text->empty()) {
            unit.state = "masked";
            return;
        }
        const InstallSection install = install_section(*text);
        unit.state = install.is_there ? "disabled" : install.only_also ? "indirect" : "static";
        if (by_administrator && !target.empty()) {
            unit.state = "linked";
        }
    }

    void set_enabled(const std::string& name) {
        const std::string base = template_of(name);
        // An instance is started from its template, which counts as enabled with it.
        const auto found = units_.find(name);
        if (found == units_.end() && !base.empty()) {
            units_[name].state = "enabled";
        } else if (found != units_.end() &&
                   (found->second.state == "disabled" || found->second.state == "indirect" ||
                    found->second.state == "linked")) {
            found->second.state = "enabled";
        }
        if (!base.empty()) {
            const auto its_template = units_.find(base);
            if (its_template != units_.end() && its_template->second.state == "disabled") {
                its_template->second.state = "enabled";
            }
        }
    }

    /// By file name over all folders; of equal names the first folder's.
    std::vector<std::string> drop_ins_of(const std::string& unit) {
        std::map<std::string, std::string> found;
        std::vector<std::string> names = {unit};
        if (const std::string base = template_of(unit); !base.empty()) {
            names.push_back(base);
        }
        for (const std::string& name : names) {
            for (const std::string& folder : folders_) {
                for (const Entry* entry : tree_.children(folder + "/" + name + ".d")) {
                    if (entry->path.ends_with(".conf")) {
                        found.try_emplace(std::string(file_name(entry->path)), "/" + entry->path);
                    }
                }
            }
        }
        std::vector<std::string> paths;
        for (auto& [name, path] : found) {
            paths.push_back(std::move(path));
        }
        return paths;
    }

    ImageTree& tree_;
    std::vector<std::string> folders_;
    std::map<std::string, Unit> units_;
    std::set<std::string> enabled_;  ///< by links of the administrator
};

}  // namespace

std::map<std::string, Unit> read_units(ImageTree& tree) {
    return UnitReader(tree).read();
}

}  // namespace kiln::contents
