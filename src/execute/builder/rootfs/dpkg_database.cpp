#include "execute/builder/rootfs/dpkg_database.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <map>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::exec::rootfs {

namespace {

void write_file(const std::filesystem::path& path, std::string_view content, unsigned mode = 0644) {
    const sys::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    std::string_view left = content;
    while (file && !left.empty()) {
        const ssize_t written = ::write(file.get(), left.data(), left.size());
        if (written < 0) {
            throw system_error("writing " + path.string(), errno);
        }
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    if (!file || ::fchmod(file.get(), mode) != 0) {
        throw system_error("writing " + path.string(), errno);
    }
}

std::string lines(const std::vector<std::string>& list) {
    return list.empty() ? std::string() : join(list, "\n") + "\n";
}

// Who wants to hear of which trigger: the content of files below /var/lib/dpkg/triggers.
using Interests = std::map<std::string, std::string>;

void add_interests(const UnpackedPackage& package, Interests& interests) {
    const auto triggers = package.control_files.find("triggers");
    if (triggers == package.control_files.end()) {
        return;
    }
    for (const std::string& raw : split(triggers->second.content, '\n')) {
        const std::string line(trim(raw.substr(0, raw.find('#'))));
        const std::size_t gap = line.find_first_of(" \t");
        if (!line.starts_with("interest") || gap == std::string::npos) {
            continue;
        }
        const bool awaits = line.substr(0, gap) != "interest-noawait";
        const std::string trigger(trim(line.substr(gap)));
        const std::string who = package.info_name() + (awaits ? "" : "/noawait");
        if (trigger.starts_with('/')) {
            interests["File"] += trigger + " " + who + "\n";
        } else {
            interests[trigger] += who + "\n";
        }
    }
}

void write_info(const std::filesystem::path& info, const UnpackedPackage& package) {
    const std::string name = package.info_name();
    write_file(info / (name + ".list"), lines(package.paths));
    if (!package.md5sums.empty()) {
        write_file(info / (name + ".md5sums"), package.md5sums);
    }
    for (const auto& [file, control] : package.control_files) {
        if (file != "control") {
            write_file(info / (name + "." + file), control.content, control.mode);
        }
    }
}

}  // namespace

std::string status_stanza(const UnpackedPackage& package) {
    std::string out;
    for (const auto& [name, value] : package.stanza.fields()) {
        out += name + ": " + value + "\n";
        if (name == "Package") {
            out += "Status: install ok unpacked\n";
        }
    }
    if (!package.conffile_md5.empty()) {
        out += "Conffiles:\n";
        for (const auto& [path, md5] : package.conffile_md5) {
            out += " " + path + " " + md5 + "\n";
        }
    }
    return out + "\n";
}

std::string extended_states(
    const std::vector<UnpackedPackage>& packages, const std::set<std::string>& manual
) {
    std::string out;
    for (const UnpackedPackage& package : packages) {
        if (!manual.contains(package.name())) {
            out += "Package: " + package.name() +
                   "\nArchitecture: " + package.stanza.get("Architecture") +
                   "\nAuto-Installed: 1\n\n";
        }
    }
    return out;
}

void write_dpkg_database(
    const std::filesystem::path& root, const std::vector<UnpackedPackage>& packages
) {
    const std::filesystem::path dpkg = root / "var/lib/dpkg";
    for (const char* folder : {"alternatives", "info", "parts", "triggers", "updates"}) {
        std::filesystem::create_directories(dpkg / folder);
    }
    std::string status;
    Interests interests;
    for (const UnpackedPackage& package : packages) {
        status += status_stanza(package);
        add_interests(package, interests);
        write_info(dpkg / "info", package);
    }
    write_file(dpkg / "info/format", "1\n");
    write_file(dpkg / "status", status);
    write_file(dpkg / "available", "");
    write_file(dpkg / "diversions", "");
    write_file(dpkg / "statoverride", "");
    write_file(dpkg / "cmethopt", "apt apt\n");
    write_file(dpkg / "triggers/Unincorp", "");
    for (const auto& [trigger, who] : interests) {
        write_file(dpkg / "triggers" / trigger, who);
    }
}

}  // namespace kiln::exec::rootfs
