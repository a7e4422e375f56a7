#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "execute/builder/rootfs/cache_contents.hpp"
#include "report/time_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

using exec::rootfs::CacheEntry;

std::filesystem::path cache_directory(const Session& session) {
    return sys::kiln_directories(session.environment).cache;
}

std::string entries_text(const std::vector<CacheEntry>& entries) {
    std::string text =
        fmt::format("{:<9} {:>10}  {:<25}  {}\n", "KIND", "SIZE", "LAST USED", "WHAT");
    std::int64_t total = 0;
    for (const CacheEntry& entry : entries) {
        total += entry.bytes;
        text += fmt::format(
            "{:<9} {:>10}  {:<25}  {}{}\n",
            exec::rootfs::to_string(entry.kind),
            format_bytes(entry.bytes),
            report::rfc3339_local(entry.last_used),
            entry.description.empty() ? entry.id : entry.description,
            entry.in_use ? " (in use)" : ""
        );
    }
    return text + fmt::format("{} in all\n", format_bytes(total));
}

std::string entries_json(
    const std::filesystem::path& directory, const std::vector<CacheEntry>& entries
) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const CacheEntry& entry : entries) {
        list.push_back({
            {"kind", exec::rootfs::to_string(entry.kind)},
            {"id", entry.id},
            {"description", entry.description},
            {"bytes", entry.bytes},
            {"last_used", report::rfc3339_local(entry.last_used)},
            {"in_use", entry.in_use},
        });
    }
    const nlohmann::ordered_json root = {{"path", directory.string()}, {"entries", list}};
    return root.dump(2) + "\n";
}

class CacheList : public Command {
public:
    void declare(CommandLine& line) override { line.flag("json", json_); }

    ExitCode run(Session& session) override {
        const std::filesystem::path directory = cache_directory(session);
        const std::vector<CacheEntry> entries = exec::rootfs::list_cache(session.files, directory);
        if (json_) {
            print_result(session, entries_json(directory, entries));
        } else if (entries.empty()) {
            print_result(session, "The cache is empty.");
        } else {
            print_result(session, entries_text(entries));
        }
        return ExitCode::done;
    }

private:
    bool json_ = false;
};

/// What `kiln cache clear WHAT` removes; "" is everything.
std::vector<CacheEntry::Kind> kinds_to_clear(const std::string& what) {
    using Kind = CacheEntry::Kind;
    if (what.empty()) {
        return {Kind::layer, Kind::disk, Kind::image, Kind::packages, Kind::lists};
    }
    if (what == "layers") {
        return {Kind::layer, Kind::disk};
    }
    if (what == "images") {
        return {Kind::image};
    }
    if (what == "packages") {
        return {Kind::packages, Kind::lists};
    }
    Error error(ErrorKind::usage, "kiln cache clear does not know \"" + what + "\"");
    error.set_hint("layers, images, packages, or nothing for all of them");
    throw error;
}

class CacheClear : public Command {
public:
    void declare(CommandLine& line) override {
        line.argument("WHAT", what_, CommandLine::Needed::optional);
    }

    ExitCode run(Session& session) override {
        const exec::rootfs::ClearedCache cleared = exec::rootfs::clear_cache(
            session.files, cache_directory(session), kinds_to_clear(what_)
        );
        std::string text =
            fmt::format("Removed {} entries, {}.", cleared.entries, format_bytes(cleared.bytes));
        if (cleared.kept_in_use > 0) {
            text += fmt::format(" Kept {} that a running build uses.", cleared.kept_in_use);
        }
        print_result(session, text);
        return ExitCode::done;
    }

private:
    std::string what_;
};

class CachePath : public Command {
public:
    void declare(CommandLine&) override {}

    ExitCode run(Session& session) override {
        print_result(session, cache_directory(session).string());
        return ExitCode::done;
    }
};

}  // namespace

std::unique_ptr<Command> make_cache_list() {
    return std::make_unique<CacheList>();
}
std::unique_ptr<Command> make_cache_clear() {
    return std::make_unique<CacheClear>();
}
std::unique_ptr<Command> make_cache_path() {
    return std::make_unique<CachePath>();
}

}  // namespace kiln::cli
