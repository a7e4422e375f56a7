#include "execute/builder/qemu/media.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"

#include <algorithm>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <utility>

namespace kiln::exec::qemu {

namespace {

// 1980, the first year of FAT; in UTC.
constexpr std::int64_t kMediaTime = 315532800;

std::vector<std::filesystem::path> matches_of(const std::string& pattern) {
    if (pattern.find_first_of("*?[") == std::string::npos) {
        if (!std::filesystem::exists(pattern)) {
            throw Error(ErrorKind::not_found, "\"" + pattern + "\" does not exist");
        }
        return {pattern};
    }
    glob_t found{};
    std::vector<std::filesystem::path> paths;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
        for (std::size_t i = 0; i < found.gl_pathc; ++i) {
            paths.emplace_back(found.gl_pathv[i]);
        }
    }
    ::globfree(&found);
    return paths;
}

void add_tree(
    const std::filesystem::path& folder, const std::string& prefix, std::vector<MediaFile>& files
) {
    std::vector<std::filesystem::path> entries;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            entries.push_back(entry.path());
        }
    }
    std::sort(entries.begin(), entries.end());
    for (const std::filesystem::path& entry : entries) {
        files.push_back({prefix + entry.lexically_relative(folder).string(), entry, ""});
    }
}

void stage(
    const std::vector<MediaFile>& files,
    const std::filesystem::path& scratch,
    const BuildContext& context
) {
    for (const MediaFile& file : files) {
        const std::filesystem::path target = (scratch / file.target).lexically_normal();
        if (file.target.empty() || target.string().find(scratch.string() + "/") != 0) {
            throw Error(ErrorKind::input, "\"" + file.target + "\" is no path within the disk");
        }
        context.effects.files.make_directories(target.parent_path());
        if (file.source.empty()) {
            context.effects.files.write_file_atomic(target, file.text);
        } else {
            std::filesystem::copy_file(
                file.source, target, std::filesystem::copy_options::overwrite_existing
            );
        }
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch)) {
        const timespec time{kMediaTime, 0};
        const timespec times[] = {time, time};
        ::utimensat(AT_FDCWD, entry.path().c_str(), times, 0);
    }
}

sys::Command media_command(std::vector<std::string> argv) {
    sys::Command command{.argv = std::move(argv), .environment = sys::tool_environment()};
    command.environment["SOURCE_DATE_EPOCH"] = std::to_string(kMediaTime);
    command.environment["MTOOLS_SKIP_CHECK"] = "1";
    return command;
}

}  // namespace

std::vector<MediaFile> gather_media(
    const std::vector<std::string>& paths, const std::map<std::string, std::string>& rendered
) {
    std::vector<MediaFile> files;
    for (const std::string& pattern : paths) {
        for (const std::filesystem::path& path : matches_of(pattern)) {
            if (!std::filesystem::is_directory(path)) {
                files.push_back({path.filename().string(), path, ""});
            } else if (pattern.ends_with('/')) {
                add_tree(path, "", files);
            } else {
                add_tree(path, path.filename().string() + "/", files);
            }
        }
    }
    for (const auto& [target, text] : rendered) {
        files.push_back({target.substr(target.find_first_not_of('/')), {}, text});
    }
    return files;
}

std::string cd_program() {
    for (const char* program : {"xorriso", "genisoimage", "mkisofs"}) {
        if (sys::find_program(program, sys::tool_environment().at("PATH"))) {
            return program;
        }
    }
    return "";
}

void write_cd(
    const std::vector<MediaFile>& files,
    const std::string& label,
    const std::filesystem::path& image,
    const std::filesystem::path& scratch,
    const BuildContext& context
) {
    stage(files, scratch, context);
    const std::string program = cd_program();
    std::vector<std::string> argv = {program};
    if (program == "xorriso") {
        argv.insert(argv.end(), {"-as", "mkisofs"});
    }
    argv.insert(
        argv.end(),
        {"-quiet", "-r", "-J", "-joliet-long", "-V", label, "-o", image.string(), scratch.string()}
    );
    sys::Command command = media_command(std::move(argv));
    command.debian_package = "xorriso";
    sys::run_checked(context.effects.processes, command, context.stop);
}

void write_floppy(
    const std::vector<MediaFile>& files,
    const std::string& label,
    const std::filesystem::path& image,
    const std::filesystem::path& scratch,
    const BuildContext& context
) {
    stage(files, scratch, context);
    const auto run = [&](std::vector<std::string> argv) {
        sys::Command command = media_command(std::move(argv));
        command.debian_package = "mtools";
        sys::run_checked(context.effects.processes, command, context.stop);
    };
    run({"mformat", "-C", "-f", "1440", "-v", label, "-i", image.string(), "::"});
    std::vector<std::string> copy = {"mcopy", "-s", "-Q", "-m", "-i", image.string()};
    for (const auto& entry : std::filesystem::directory_iterator(scratch)) {
        copy.push_back(entry.path().string());
    }
    std::sort(copy.begin() + 6, copy.end());
    copy.emplace_back("::/");
    if (!files.empty()) {
        run(std::move(copy));
    }
}

}  // namespace kiln::exec::qemu
