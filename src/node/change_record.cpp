#include "node/change_record.hpp"

#include "base/strings.hpp"
#include "node/durable_write.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace kiln::node {

namespace {

using Kind = ChangeEntry::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 9> kKindNames = {{
    {Kind::original, "original"},
    {Kind::absent, "absent"},
    {Kind::wrote, "wrote"},
    {Kind::value, "value"},
    {Kind::bind, "bind"},
    {Kind::boot, "boot"},
    {Kind::undone, "undone"},
    {Kind::plan, "plan"},
    {Kind::restored, "restored"},
}};

constexpr std::string_view kEnd = "\nend\n";

std::string_view kind_name(Kind kind) {
    return std::find_if(
               kKindNames.begin(), kKindNames.end(), [&](auto& one) { return one.first == kind; }
    )->second;
}

std::optional<std::size_t> size_of(std::string_view text) {
    std::size_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// The entry at the beginning of `text` and its size, or nothing.
std::optional<std::pair<ChangeEntry, std::size_t>> parse_entry(std::string_view text) {
    const std::size_t line_end = text.find('\n');
    if (line_end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::vector<std::string> words = split(text.substr(0, line_end), ' ');
    const auto kind = std::find_if(kKindNames.begin(), kKindNames.end(), [&](const auto& one) {
        return one.second == words[0];
    });
    if (words.size() != 6 || kind == kKindNames.end()) {
        return std::nullopt;
    }
    std::array<std::size_t, 5> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto value = size_of(words[i + 1]);
        if (!value || *value > text.size() + 0xffffffffU) {
            return std::nullopt;
        }
        numbers[i] = *value;
    }
    const auto [mode, uid, gid, path_bytes, content_bytes] = numbers;
    const std::size_t body = line_end + 1;
    const std::size_t total = body + path_bytes + content_bytes + kEnd.size();
    if (total > text.size() || !text.substr(total - kEnd.size()).starts_with(kEnd)) {
        return std::nullopt;
    }
    return std::pair{
        ChangeEntry{
            kind->first,
            std::string(text.substr(body, path_bytes)),
            std::string(text.substr(body + path_bytes, content_bytes)),
            static_cast<unsigned>(mode),
            static_cast<unsigned>(uid),
            static_cast<unsigned>(gid)},
        total};
}

/// The first change of a path says what was there before, the last one for whom it was made.
void note_setting(
    std::vector<RecordedSetting>& settings, const ChangeEntry& entry, const std::string& plan
) {
    const auto known = std::find_if(settings.begin(), settings.end(), [&](const auto& one) {
        return one.path == entry.path;
    });
    if (known == settings.end()) {
        settings.push_back({entry.path, entry.content, plan});
    } else {
        known->plan = plan;
    }
}

void note_written(RecordedFile& file, const std::string& text) {
    if (!file.is_ours(text)) {
        file.written.push_back(text);
    }
}

}  // namespace

bool RecordedFile::is_ours(const std::optional<std::string>& text) const {
    return text && std::find(written.begin(), written.end(), *text) != written.end();
}

std::string print_change(const ChangeEntry& entry) {
    std::string text(kind_name(entry.kind));
    for (const std::size_t one :
         {std::size_t{entry.mode},
          std::size_t{entry.uid},
          std::size_t{entry.gid},
          entry.path.size(),
          entry.content.size()}) {
        text += " " + std::to_string(one);
    }
    return text + "\n" + entry.path + entry.content + std::string(kEnd);
}

ParsedRecord parse_record(std::string_view text) {
    ParsedRecord record;
    while (auto entry = parse_entry(text.substr(record.whole_bytes))) {
        record.entries.push_back(std::move(entry->first));
        record.whole_bytes += entry->second;
    }
    return record;
}

RecordedChanges gather_changes(
    const std::vector<ChangeEntry>& entries, const std::string& boot_id
) {
    RecordedChanges changes;
    bool this_boot = false;
    std::string plan;
    const auto file_at = [&](const std::string& path) -> RecordedFile& {
        const auto found = std::find_if(changes.files.begin(), changes.files.end(), [&](auto& one) {
            return one.path == path;
        });
        return found == changes.files.end()
                   ? changes.files.emplace_back(RecordedFile{path, {}, {}, {}})
                   : *found;
    };
    for (const ChangeEntry& entry : entries) {
        switch (entry.kind) {
            case Kind::original:
                file_at(entry.path).original = entry;
                file_at(entry.path).plan = plan;
                break;
            case Kind::absent:
                file_at(entry.path).plan = plan;
                break;
            case Kind::wrote:
                note_written(file_at(entry.path), entry.content);
                file_at(entry.path).plan = plan;
                break;
            case Kind::value:
                if (this_boot) {
                    note_setting(changes.values, entry, plan);
                }
                break;
            case Kind::bind:
                if (this_boot) {
                    note_setting(changes.bindings, entry, plan);
                }
                break;
            case Kind::plan:
                plan = entry.path;
                break;
            case Kind::restored: {
                const auto same = [&](const auto& one) { return one.path == entry.path; };
                std::erase_if(changes.files, same);
                std::erase_if(changes.values, same);
                std::erase_if(changes.bindings, same);
                break;
            }
            case Kind::boot:
                this_boot = entry.path == boot_id;
                break;
            case Kind::undone:
                changes = {};
                break;
        }
    }
    return changes;
}

ChangeRecord::ChangeRecord(const NodeTree& tree) : tree_(tree) {
    ParsedRecord parsed = parse_record(tree.read(kRecordPath).value_or(""));
    entries_ = std::move(parsed.entries);
    whole_bytes_ = parsed.whole_bytes;
    for (const ChangeEntry& entry : entries_) {
        if (entry.kind == Kind::plan) {
            recorded_plan_ = entry.path;
        }
    }
}

bool ChangeRecord::knows(const std::string& path) const {
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
        if (entry->kind == Kind::undone || (entry->kind == Kind::restored && entry->path == path)) {
            return false;
        }
        if ((entry->kind == Kind::original || entry->kind == Kind::absent) && entry->path == path) {
            return true;
        }
    }
    return false;
}

void ChangeRecord::append(const std::vector<ChangeEntry>& entries, Survive survive) {
    if (entries.empty()) {
        return;
    }
    std::vector<ChangeEntry> whole = entries;
    if (plan_ != recorded_plan_) {
        whole.insert(whole.begin(), {Kind::plan, plan_, "", 0, 0, 0});
    }
    std::string text;
    for (const ChangeEntry& entry : whole) {
        text += print_change(entry);
    }
    make_folders(tree_, kStateFolder, 0700);
    const std::filesystem::path path = tree_.at(kRecordPath);
    const bool is_new = !tree_.exists(kRecordPath);
    const sys::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) {
        throw write_error("recording changes in", kRecordPath, errno);
    }
    // A piece that a crash left at the end is cut off first.
    if (::ftruncate(fd.get(), static_cast<off_t>(whole_bytes_)) != 0 ||
        ::lseek(fd.get(), 0, SEEK_END) < 0) {
        throw write_error("recording changes in", kRecordPath, errno);
    }
    write_whole(fd.get(), text, kRecordPath);
    if (survive == Survive::power_cut && ::fsync(fd.get()) != 0) {
        throw write_error("recording changes in", kRecordPath, errno);
    }
    if (is_new) {
        sync_folder(tree_, kStateFolder);
    }
    whole_bytes_ += text.size();
    recorded_plan_ = plan_;
    entries_.insert(entries_.end(), whole.begin(), whole.end());
}

}  // namespace kiln::node
