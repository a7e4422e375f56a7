#include "publish/upload_log.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace kiln::publish {

namespace {

using nlohmann::json;

constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kNoteBytes = kNumberBytes + std::tuple_size_v<disk::BlockDigest>;

json to_json(const BegunUpload& upload) {
    const aws::ebs::NewSnapshot& asked = upload.asked;
    json made = {
        {"disk", upload.disk_identity},
        {"snapshot", upload.snapshot_id},
        {"volume_gib", asked.volume_gib},
        {"parent", asked.parent_snapshot_id},
        {"description", asked.description},
        {"tags", asked.tags},
        {"client_token", asked.client_token},
        {"kms_key", asked.kms_key_arn},
        {"timeout_minutes", asked.timeout_minutes}};
    if (asked.encrypted) {
        made["encrypted"] = *asked.encrypted;
    }
    return made;
}

BegunUpload from_json(const json& text) {
    BegunUpload upload;
    upload.disk_identity = text.at("disk").get<std::string>();
    upload.snapshot_id = text.at("snapshot").get<std::string>();
    aws::ebs::NewSnapshot& asked = upload.asked;
    asked.volume_gib = text.at("volume_gib").get<std::int64_t>();
    asked.parent_snapshot_id = text.at("parent").get<std::string>();
    asked.description = text.at("description").get<std::string>();
    asked.tags = text.at("tags").get<std::map<std::string, std::string>>();
    asked.client_token = text.at("client_token").get<std::string>();
    asked.kms_key_arn = text.at("kms_key").get<std::string>();
    asked.timeout_minutes = text.at("timeout_minutes").get<std::int64_t>();
    if (text.contains("encrypted")) {
        asked.encrypted = text.at("encrypted").get<bool>();
    }
    return upload;
}

sys::FileLock lock_for(sys::FileSystem& files, const std::filesystem::path& path) {
    files.make_directories(path.parent_path());
    auto lock = sys::FileLock::try_acquire(path.string() + ".lock", sys::FileLock::Kind::exclusive);
    if (!lock) {
        throw Error(ErrorKind::exists, "another kiln is uploading this disk to this region")
            .set_hint("wait until it is done");
    }
    return std::move(*lock);
}

}  // namespace

UploadLog::UploadLog(
    sys::FileSystem& files, const std::filesystem::path& folder, const std::string& key
)
    : files_(files), path_(folder / (key + ".upload")), lock_(lock_for(files, path_)) {
    read();
}

void UploadLog::read() {
    if (!files_.status(path_)) {
        return;
    }
    const std::string text = files_.read_file(path_);
    const std::size_t line = text.find('\n');
    try {
        begun_ = from_json(json::parse(text.substr(0, line)));
    } catch (const json::exception&) {
        return;  // cut off before it was whole: there is nothing to go on with
    }
    for (std::size_t at = line + 1; line != std::string::npos && at + kNoteBytes <= text.size();
         at += kNoteBytes) {
        std::int64_t index = 0;
        for (std::size_t i = kNumberBytes; i-- > 0;) {
            index = index << 8 | static_cast<std::uint8_t>(text[at + i]);
        }
        disk::BlockDigest digest{};
        std::copy_n(
            text.begin() + static_cast<std::ptrdiff_t>(at + kNumberBytes),
            digest.size(),
            digest.begin()
        );
        arrived_[index] = digest;
    }
}

void UploadLog::begin(const BegunUpload& upload) {
    constexpr unsigned kMode = 0600;
    files_.write_file_atomic(path_, to_json(upload).dump() + "\n", kMode);
    begun_ = upload;
    arrived_.clear();
    end_ = sys::UniqueFd(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!end_) {
        throw system_error("opening " + path_.string(), errno);
    }
}

void UploadLog::note(std::int64_t index, const disk::BlockDigest& digest) {
    std::string bytes;
    for (std::size_t i = 0; i < kNumberBytes; ++i) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(index) >> (8 * i) & 0xffU);
    }
    bytes.append(digest.begin(), digest.end());
    const std::lock_guard lock(mutex_);
    if (!end_) {  // of an upload that goes on: behind whole notes only
        end_ = sys::UniqueFd(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
        const off_t size = end_ ? ::lseek(end_.get(), 0, SEEK_END) : -1;
        const auto header = static_cast<off_t>(to_json(*begun_).dump().size() + 1);
        const off_t whole = size - (size - header) % static_cast<off_t>(kNoteBytes);
        if (size < header || ::ftruncate(end_.get(), whole) != 0) {
            throw system_error("opening " + path_.string(), errno);
        }
    }
    if (::write(end_.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
        throw system_error("writing " + path_.string(), errno);
    }
}

void UploadLog::remove() {
    files_.remove_file(path_);
    files_.remove_file(path_.string() + ".lock");
    begun_.reset();
    arrived_.clear();
}

}  // namespace kiln::publish
