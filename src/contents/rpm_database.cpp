#include "base/error.hpp"
#include "base/strings.hpp"
#include "contents/packages.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <unistd.h>

namespace kiln::contents {
namespace {

// Where distributions keep it: RHEL, Amazon Linux; Fedora, SUSE; rpm-ostree.
constexpr const char* kPlaces[] = {"var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"};

// Without one of these the folder holds no database. SQLite, NDB, Berkeley DB.
constexpr const char* kDatabases[] = {"rpmdb.sqlite", "Packages.db", "Packages"};

constexpr std::string_view kQuery =
    "P\\t%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%|ARCH?{%{ARCH}}:{}|"
    "\\t%|SOURCERPM?{%{SOURCERPM}}:{}|\\t%|VENDOR?{%{VENDOR}}:{}|\\t%|LICENSE?{%{LICENSE}}:{}|"
    "\\t%|URL?{%{URL}}:{}|\\t%|LONGSIZE?{%{LONGSIZE}}:{%{SIZE}}|\\t%{SUMMARY}\\n[F\\t%{FILENAMES}"
    "\\n]";

std::optional<std::string> folder_of_database(const ImageTree& tree) {
    for (const char* place : kPlaces) {
        for (const char* database : kDatabases) {
            const Entry* const entry = tree.follow(std::string(place) + "/" + database);
            if (entry != nullptr && entry->type == sys::FileType::regular) {
                return tree.resolve(place);
            }
        }
    }
    return std::nullopt;
}

void copy_out(ImageTree& tree, const Entry& entry, const std::string& path) {
    const sys::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!file) {
        throw system_error("making " + path, errno);
    }
    tree.read(entry, [&](std::string_view piece) {
        while (!piece.empty()) {
            const ssize_t wrote = ::write(file.get(), piece.data(), piece.size());
            if (wrote < 0) {
                throw system_error("writing " + path, errno);
            }
            piece.remove_prefix(static_cast<std::size_t>(wrote));
        }
    });
}

/// "glibc-2.34-196.amzn2023.src.rpm": the name ends before the last two dashes.
void set_source(Package& package, const std::string& source_rpm) {
    constexpr std::string_view kEnding = ".src.rpm";
    std::string base = source_rpm;
    if (base.ends_with(kEnding)) {
        base.resize(base.size() - kEnding.size());
    }
    const std::size_t release = base.rfind('-');
    const std::size_t version = release == 0 || release == std::string::npos
                                    ? std::string::npos
                                    : base.rfind('-', release - 1);
    if (version != std::string::npos) {
        package.source = base.substr(0, version);
        package.source_version = base.substr(version + 1);
    }
}

std::vector<Package> packages_in(const std::string& answer) {
    constexpr std::size_t kFields = 10;
    std::vector<Package> packages;
    bool is_key = false;
    for (const std::string& line : split(answer, '\n')) {
        const std::vector<std::string> fields = split(line, '\t');
        if (fields[0] == "F" && fields.size() == 2 && !is_key && !packages.empty()) {
            packages.back().files.push_back(fields[1]);
        } else if (fields[0] == "P" && fields.size() >= kFields) {
            is_key = fields[1] == "gpg-pubkey";  // the keys that packages are checked with
            if (is_key) {
                continue;
            }
            Package package;
            package.kind = PackageKind::rpm;
            package.name = fields[1];
            package.version = fields[2];
            package.architecture = fields[3];
            set_source(package, fields[4]);
            package.supplier = fields[5];
            package.license = fields[6];
            package.homepage = fields[7];
            std::from_chars(
                fields[8].data(), fields[8].data() + fields[8].size(), package.installed_bytes
            );
            package.summary = fields[9];
            packages.push_back(std::move(package));
        }
    }
    return packages;
}

}  // namespace

std::vector<Package> read_rpm(ImageTree& tree, const ReadDoors& doors) {
    const std::optional<std::string> folder = folder_of_database(tree);
    if (!folder) {
        return {};
    }
    sys::RealFileSystem files;
    const sys::TempDirectory copy(files, doors.temp_directory, "kiln-rpm-");
    for (const Entry* entry : tree.children(*folder)) {
        // Locks and the shared memory of Berkeley DB belong to who has it open.
        const std::string_view name = file_name(entry->path);
        if (entry->type == sys::FileType::regular && name != ".rpm.lock" &&
            !name.starts_with("__db.")) {
            copy_out(tree, *entry, copy.path().string() + "/" + std::string(name));
        }
    }
    sys::Command command;
    command.argv = {
        "rpm",
        "--dbpath",
        copy.path().string(),
        // The keys of the host have no say in what another machine installed.
        "--nosignature",
        "--nodigest",
        "-qa",
        "--qf",
        std::string(kQuery)};
    command.environment = sys::tool_environment();
    command.debian_package = "rpm";
    constexpr std::size_t kMostBytes = std::size_t{512} << 20;
    sys::CapturedRun run;
    try {
        run = sys::run_and_capture(doors.processes, command, doors.stop, kMostBytes);
    } catch (Error& error) {
        error.add_context("reading the rpm database /" + *folder + " of " + tree.name());
        throw;
    }
    if (!run.status.ok() || run.truncated || run.err.find("error:") != std::string::npos) {
        throw Error(
            ErrorKind::input,
            "reading the rpm database /" + *folder + " of " + tree.name() + ": rpm " +
                (run.status.ok() ? "says" : "ended with " + describe(run.status)) + ": " +
                std::string(trim(run.err))
        );
    }
    return packages_in(run.out);
}

}  // namespace kiln::contents
