#include "execute/builder/rootfs/apt_packages.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

constexpr const char* kHostKeyrings = "/etc/apt/trusted.gpg.d";

// "E: The repository 'http://... Release' does not have a Release file." and the like: the lines
// in which apt says what went wrong.
std::string apt_errors(const std::string& text) {
    std::vector<std::string> errors;
    for (const std::string& line : split(text, '\n')) {
        if (line.starts_with("E: ") || line.starts_with("Err:")) {
            errors.push_back(line.substr(line.find(' ') + 1));
        }
    }
    return errors.empty() ? std::string(trim(text)) : join(errors, "; ");
}

// The name in "Unable to locate package x" and "Package 'x' has no installation candidate".
std::optional<std::string> missing_package(const std::string& text) {
    constexpr std::string_view kUnknown = "Unable to locate package ";
    for (const std::string& line : split(text, '\n')) {
        if (const std::size_t at = line.find(kUnknown); at != std::string::npos) {
            return line.substr(at + kUnknown.size());
        }
        if (line.find("has no installation candidate") != std::string::npos) {
            const std::size_t open = line.find('\'');
            return line.substr(open + 1, line.find('\'', open + 1) - open - 1);
        }
    }
    return std::nullopt;
}

std::string uris_of(const std::vector<AptSource>& sources) {
    std::vector<std::string> uris;
    for (const AptSource& source : sources) {
        for (const std::string& uri : source.uris) {
            if (std::find(uris.begin(), uris.end(), uri) == uris.end()) {
                uris.push_back(uri);
            }
        }
    }
    return join(uris, ", ");
}

// "Date: Sat, 11 Oct 2025 10:22:33 UTC" of a Release file (RFC 2822), 0 when there is none.
std::int64_t release_date(const std::string& release) {
    for (const std::string& line : split(release, '\n')) {
        if (line.starts_with("Date: ")) {
            std::tm time{};
            return ::strptime(line.c_str() + 6, "%a, %d %b %Y %H:%M:%S", &time) != nullptr
                       ? static_cast<std::int64_t>(::timegm(&time))
                       : 0;
        }
    }
    return 0;
}

// "Inst libc6 (2.36-9 Debian:12/oldstable, Debian-Security:12/oldstable-security [amd64]) []": a
// line of apt's simulation. What follows the parenthesis names packages that are broken meanwhile.
std::optional<ChosenPackage> chosen_package(const std::string& line) {
    const std::size_t open = line.find(" (");
    const std::size_t close = line.find("])", open);
    if (!line.starts_with("Inst ") || close == std::string::npos) {
        return std::nullopt;
    }
    const std::size_t architecture = line.rfind('[', close) + 1;
    const std::size_t version = open + 2;
    return ChosenPackage{
        line.substr(5, line.find(' ', 5) - 5),
        line.substr(version, line.find(' ', version) - version),
        line.substr(architecture, close - architecture)};
}

// How the host reaches its mirrors: proxies, certificates, time-outs. Nothing else of its settings.
std::string host_transport(sys::ProcessRunner& processes) {
    const std::string settings = sys::run_checked(
        processes,
        {.argv = {"apt-config", "dump", "Acquire"},
         .environment = sys::tool_environment(),
         .debian_package = "apt"},
        {}
    );
    std::string out;
    for (const std::string& line : split(settings, '\n')) {
        if (line.starts_with("Acquire::http") || line.starts_with("Acquire::ftp")) {
            out += line + "\n";
        }
    }
    return out;
}

// One line of apt's status descriptor: "dlstatus:3:42.1:Retrieving file 3 of 20".
std::optional<double> download_percent(const std::string& line) {
    const std::vector<std::string> fields = split(line, ':');
    if (fields.size() < 3 || fields[0] != "dlstatus") {
        return std::nullopt;
    }
    return std::strtod(fields[2].c_str(), nullptr);
}

}  // namespace

std::string ChosenPackage::file_name() const {
    return name + "_" + replace_all(version, ":", "%3a") + "_" + architecture + ".deb";
}

AptRoot::AptRoot(
    sys::FileSystem& files,
    sys::ProcessRunner& processes,
    std::filesystem::path folder,
    std::filesystem::path archives
)
    : files_(files),
      processes_(processes),
      folder_(std::move(folder)),
      archives_(std::move(archives)) {}

void AptRoot::prepare(const PackageRequest& request) {
    for (const char* name : {"lists/partial", "state", "cache"}) {
        files_.make_directories(folder_ / name);
    }
    files_.make_directories(archives_ / "partial");
    files_.write_file_atomic(folder_ / "state/status", "");
    files_.write_file_atomic(folder_ / "kiln.sources", render_deb822(request.sources));
    const auto quoted = [&](const std::filesystem::path& path) {
        return "\"" + path.string() + "\";\n";
    };
    files_.write_file_atomic(
        folder_ / "apt.conf",
        "APT::Architecture \"" + request.architecture + "\";\n" + "APT::Architectures \"" +
            request.architecture + "\";\n" +
            "APT::Get::Assume-Yes \"true\";\n"
            "APT::Install-Recommends \"" +
            (request.recommends ? "true" : "false") + "\";\n" +
            "APT::Sandbox::User \"root\";\n"
            "Acquire::Languages \"none\";\n"
            "Acquire::Retries \"3\";\n"
            "Dir::Etc::main \"/dev/null\";\n"
            "Dir::Etc::parts \"/dev/null\";\n"
            "Dir::Etc::sourcelist " +
            quoted(folder_ / "kiln.sources") +
            "Dir::Etc::sourceparts \"/dev/null\";\n"
            "Dir::Etc::preferences \"/dev/null\";\n"
            "Dir::Etc::preferencesparts \"/dev/null\";\n"
            "Dir::Etc::trustedparts \"" +
            kHostKeyrings + "\";\n" + "Dir::State " + quoted(folder_ / "state") +
            "Dir::State::lists " + quoted(folder_ / "lists") + "Dir::State::status " +
            quoted(folder_ / "state/status") + "Dir::Cache " + quoted(folder_ / "cache") +
            "Dir::Cache::archives " + quoted(archives_) + "Dir::Log \"/dev/null\";\n" +
            host_transport(processes_)
    );
}

std::string AptRoot::run_apt(std::vector<std::string> arguments, std::stop_token stop) {
    arguments.insert(arguments.begin(), "apt-get");
    std::map<std::string, std::string> environment = sys::tool_environment();
    environment["APT_CONFIG"] = (folder_ / "apt.conf").string();
    environment["DEBIAN_FRONTEND"] = "noninteractive";
    const sys::CapturedRun run = sys::run_and_capture(
        processes_, {.argv = arguments, .environment = environment, .debian_package = "apt"}, stop
    );
    if (!run.status.ok()) {
        throw Error(ErrorKind::command, run.err + run.out);
    }
    return run.out + run.err;
}

std::string AptRoot::update(const PackageRequest& request, std::stop_token stop) {
    prepare(request);
    try {
        run_apt({"update", "-q", "--error-on=any"}, stop);
        files_.write_file_atomic(folder_ / "complete", "");
        return "";
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::command) {
            throw;
        }
        if (files_.status(folder_ / "complete")) {
            return apt_errors(error.message());
        }
        Error unreachable(
            ErrorKind::network,
            "cannot read the package lists of suite \"" + request.suite + "\" from " +
                uris_of(request.sources) + ": " + apt_errors(error.message())
        );
        unreachable.set_hint("check the mirror and the suite, or name another with mirror = \"...\""
        );
        throw unreachable;
    }
}

std::vector<std::string> AptRoot::install_command(const PackageRequest& request) const {
    std::vector<std::string> command = {"install", "-q", "?or(?essential,?priority(required))"};
    command.insert(command.end(), request.packages.begin(), request.packages.end());
    return command;
}

std::vector<ChosenPackage> AptRoot::choose(const PackageRequest& request, std::stop_token stop) {
    std::vector<std::string> command = install_command(request);
    command.insert(command.begin(), "-s");
    std::string simulated;
    try {
        simulated = run_apt(command, stop);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::command) {
            throw;
        }
        if (const std::optional<std::string> name = missing_package(error.message())) {
            Error unknown(
                ErrorKind::input,
                "suite \"" + request.suite + "\" has no package \"" + *name +
                    "\" (sources: " + uris_of(request.sources) + ")"
            );
            unknown.set_hint("check its name in `packages`, or add the component that has it");
            throw unknown;
        }
        throw Error(
            ErrorKind::input,
            "apt finds no way to install the packages of suite \"" + request.suite +
                "\": " + apt_errors(error.message())
        );
    }
    std::vector<ChosenPackage> packages;
    for (const std::string& line : split(simulated, '\n')) {
        if (std::optional<ChosenPackage> package = chosen_package(line)) {
            packages.push_back(*std::move(package));
        }
    }
    if (packages.empty()) {
        throw Error(ErrorKind::input, "suite \"" + request.suite + "\" has no essential packages");
    }
    return packages;
}

std::vector<std::filesystem::path> AptRoot::download(
    const PackageRequest& request,
    const std::vector<ChosenPackage>& packages,
    const std::function<void(std::int64_t done, std::int64_t total)>& on_progress,
    std::stop_token stop
) {
    std::vector<std::filesystem::path> paths;
    bool complete = true;
    for (const ChosenPackage& package : packages) {
        paths.push_back(archives_ / package.file_name());
        complete = complete && files_.status(paths.back()).has_value();
    }
    if (complete) {
        return paths;
    }
    std::vector<std::string> command = install_command(request);
    command.insert(command.begin(), {"apt-get", "--download-only", "-o", "APT::Status-Fd=1"});
    std::map<std::string, std::string> environment = sys::tool_environment();
    environment["APT_CONFIG"] = (folder_ / "apt.conf").string();
    std::string output;
    std::string line;
    const sys::ExitStatus status = processes_.run(
        {.argv = command, .environment = environment, .debian_package = "apt"},
        [&](sys::OutputStream, std::string_view piece) {
            for (const char c : piece) {
                if (c != '\n') {
                    line += c;
                    continue;
                }
                if (const std::optional<double> percent = download_percent(line)) {
                    const auto total = static_cast<std::int64_t>(packages.size());
                    on_progress(
                        static_cast<std::int64_t>(*percent / 100 * static_cast<double>(total)),
                        total
                    );
                } else {
                    output += line + "\n";
                }
                line.clear();
            }
        },
        stop
    );
    if (!status.ok()) {
        throw Error(
            ErrorKind::network,
            "cannot fetch packages from " + uris_of(request.sources) + ": " + apt_errors(output)
        );
    }
    for (const std::filesystem::path& path : paths) {
        if (!files_.status(path)) {
            throw Error(ErrorKind::io, "apt did not fetch " + path.filename().string());
        }
    }
    return paths;
}

std::int64_t AptRoot::release_time() {
    std::int64_t newest = 0;
    for (const sys::DirectoryEntry& entry : files_.list_directory(folder_ / "lists")) {
        if (entry.name.ends_with("Release") && entry.type == sys::FileType::regular) {
            newest =
                std::max(newest, release_date(files_.read_file(folder_ / "lists" / entry.name)));
        }
    }
    return newest;
}

std::vector<AptSource> choose_sources(
    sys::FileSystem& files,
    const std::string& distribution,
    const std::string& suite,
    const std::string& mirror,
    const std::vector<std::string>& components
) {
    if (!mirror.empty()) {
        const std::string keyring = "/usr/share/keyrings/" + distribution + "-archive-keyring.gpg";
        return {{{mirror}, {suite}, components, files.status(keyring) ? keyring : "", false}};
    }
    std::vector<AptSource> all;
    const auto read = [&](const std::filesystem::path& path) {
        const std::string text = files.read_file(path);
        const std::vector<AptSource> found = path.extension() == ".sources"
                                                 ? parse_deb822_sources(text)
                                                 : parse_one_line_sources(text);
        all.insert(all.end(), found.begin(), found.end());
    };
    if (files.status_followed("/etc/apt/sources.list")) {
        read("/etc/apt/sources.list");
    }
    if (files.status_followed("/etc/apt/sources.list.d")) {
        for (const sys::DirectoryEntry& entry : files.list_directory("/etc/apt/sources.list.d")) {
            const std::filesystem::path path = "/etc/apt/sources.list.d/" + entry.name;
            if (path.extension() == ".sources" || path.extension() == ".list") {
                read(path);
            }
        }
    }
    std::vector<AptSource> chosen = sources_of_suite(all, suite);
    if (chosen.empty()) {
        Error none(
            ErrorKind::input,
            "this host's apt sources have no suite \"" + suite + "\" of " + distribution
        );
        none.set_hint("name a mirror that has it: mirror = \"http://mirror.example.org/debian\"");
        throw none;
    }
    return chosen;
}

}  // namespace kiln::exec::rootfs
