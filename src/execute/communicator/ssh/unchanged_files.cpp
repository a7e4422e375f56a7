#include "execute/communicator/ssh/unchanged_files.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/communicator/communicator.hpp"
#include "execute/communicator/ssh/remote_path.hpp"
#include "execute/communicator/ssh/tar_stream.hpp"
#include "execute/stop.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <sys/stat.h>
#include <vector>

namespace kiln::exec {

namespace {

using Path = std::filesystem::path;

/// Name below the folder -> what the far end's `stat -c '%f %s'` would say of it. Symlinks are
/// followed, as they are when they are sent; what can not be read is left to the sender, who says
/// why.
void collect(
    const Path& folder,
    const std::string& below,
    int depth,
    std::map<std::string, std::string>& found
) {
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
        const std::string name = below + entry.path().filename().string();
        struct stat status {};
        if (::stat(entry.path().c_str(), &status) != 0) {
            continue;
        }
        if (S_ISDIR(status.st_mode) && depth < kMaxTreeDepth) {
            collect(entry.path(), name + "/", depth + 1, found);
        } else if (S_ISREG(status.st_mode)) {
            found[name] = fmt::format("{:x} {}", status.st_mode, status.st_size);
        }
    }
}

std::string digest_of(const Path& file, const std::stop_token& stop) {
    const std::string doing = "reading " + file.string();
    const sys::UniqueFd source(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source) {
        throw system_error(doing, errno);
    }
    Digest digest;
    std::vector<char> buffer(kPieceBytes);
    ssize_t got = 0;
    while ((got = ::read(source.get(), buffer.data(), buffer.size())) > 0) {
        throw_if_stopped(stop, doing);
        digest.update(buffer.data(), static_cast<std::size_t>(got));
    }
    if (got < 0) {
        throw system_error(doing, errno);
    }
    return digest.finish_hex();
}

/// For xargs -0. No name begins with a dash then.
std::string names_for_xargs(const std::map<std::string, std::string>& files) {
    std::string text;
    for (const auto& [name, facts] : files) {
        text += "./" + name + '\0';
    }
    return text;
}

/// Of records "FACTS ./NAME\0".
std::map<std::string, std::string> read_records(const std::string& text) {
    std::map<std::string, std::string> records;
    for (const std::string& record : split(text, '\0')) {
        const std::size_t mark = record.find("./");
        if (mark != std::string::npos) {
            records[record.substr(mark + 2)] = trim(record.substr(0, mark));
        }
    }
    return records;
}

}  // namespace

std::set<std::string> unchanged_files(
    const Path& local,
    const std::string& remote_path,
    const AskMachine& ask,
    const std::stop_token& stop
) {
    std::map<std::string, std::string> files;
    collect(local, "", 0, files);
    const std::string there = "cd " + quote_remote_path(remote_path) + " 2>/dev/null && xargs -0 ";
    const auto facts = read_records(
        ask(there + R"(stat --printf '%f %s %n\0' -- 2>/dev/null)", names_for_xargs(files))
    );
    std::erase_if(files, [&](const auto& file) {
        const auto found = facts.find(file.first);
        return found == facts.end() || found->second != file.second;
    });
    if (files.empty()) {
        return {};
    }
    const auto digests =
        read_records(ask(there + "sha256sum -z -- 2>/dev/null", names_for_xargs(files)));
    std::set<std::string> same;
    for (const auto& [name, digest] : digests) {
        if (files.contains(name) && digest == digest_of(local / name, stop)) {
            same.insert(name);
        }
    }
    return same;
}

}  // namespace kiln::exec
