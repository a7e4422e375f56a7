#include "publish/image_record.hpp"

#include "sys/file_system.hpp"

#include <nlohmann/json.hpp>

namespace kiln::publish {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kForm = 1;

Json disk_json(const PublishedDisk& disk) {
    return {
        {"file", disk.file},
        {"device_name", disk.device_name},
        {"snapshot_id", disk.snapshot_id},
        {"parent_snapshot_id",
         disk.parent_snapshot_id.empty() ? Json() : Json(disk.parent_snapshot_id)},
        {"size_bytes", disk.size_bytes},
        {"volume_gib", disk.volume_gib},
        {"data_blocks", disk.data_blocks},
        {"changed_blocks", disk.changed_blocks},
        {"map_sha256", disk.map_sha256}};
}

PublishedDisk disk_of(const Json& text) {
    const Json& parent = text.at("parent_snapshot_id");
    return {
        .file = text.at("file").get<std::string>(),
        .device_name = text.at("device_name").get<std::string>(),
        .snapshot_id = text.at("snapshot_id").get<std::string>(),
        .parent_snapshot_id = parent.is_null() ? "" : parent.get<std::string>(),
        .size_bytes = text.at("size_bytes").get<std::int64_t>(),
        .volume_gib = text.at("volume_gib").get<std::int64_t>(),
        .data_blocks = text.at("data_blocks").get<std::int64_t>(),
        .changed_blocks = text.at("changed_blocks").get<std::int64_t>(),
        .map_sha256 = text.at("map_sha256").get<std::string>()};
}

}  // namespace

std::string to_json(const ImageRecord& record) {
    Json disks = Json::array();
    for (const PublishedDisk& disk : record.disks) {
        disks.push_back(disk_json(disk));
    }
    const Json root = {
        {"form", kForm},
        {"name", record.name},
        {"published", record.published},
        {"account", record.account},
        {"run", record.run},
        {"architecture", record.architecture},
        {"lineage", record.lineage},
        {"region", record.region},
        {"images", record.images},
        {"disks", disks}};
    return root.dump(2) + "\n";
}

std::optional<ImageRecord> parse_image_record(const std::string& text) {
    try {
        const Json root = Json::parse(text);
        if (root.at("form").get<int>() != kForm) {
            return std::nullopt;
        }
        ImageRecord record{
            .name = root.at("name").get<std::string>(),
            .published = root.at("published").get<std::string>(),
            .account = root.at("account").get<std::string>(),
            .run = root.at("run").get<std::string>(),
            .architecture = root.at("architecture").get<std::string>(),
            .lineage = root.at("lineage").get<std::string>(),
            .region = root.at("region").get<std::string>(),
            .images = root.at("images").get<std::map<std::string, std::string>>(),
            .disks = {}};
        for (const Json& disk : root.at("disks")) {
            record.disks.push_back(disk_of(disk));
        }
        return record;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

std::filesystem::path keep_image_record(
    sys::FileSystem& files, const std::filesystem::path& folder, const ImageRecord& record
) {
    auto kept = record.images.find(record.region);
    kept = kept == record.images.end() ? record.images.begin() : kept;
    const std::filesystem::path path = folder / kept->first / (kept->second + ".json");
    files.make_directories(path.parent_path());
    files.write_file_atomic(path, to_json(record));
    return path;
}

}  // namespace kiln::publish
