#include "execute/builder/rootfs/image_record.hpp"

#include "sys/file_system.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace kiln::exec::rootfs {

namespace {

std::filesystem::path record_file(
    const std::filesystem::path& output_directory, const std::string& disk_name
) {
    return output_directory / (".kiln-" + disk_name + ".json");
}

nlohmann::json to_json(const std::vector<RecordedImage>& images) {
    nlohmann::json list = nlohmann::json::array();
    for (const RecordedImage& image : images) {
        list.push_back(
            {{"name", image.name},
             {"size_bytes", image.size_bytes},
             {"modified_ns", image.modified_ns},
             {"inode", image.inode}}
        );
    }
    return list;
}

std::vector<RecordedImage> images_from_json(const nlohmann::json& list) {
    std::vector<RecordedImage> images;
    for (const nlohmann::json& image : list) {
        images.push_back(
            {image.at("name").get<std::string>(),
             image.at("size_bytes").get<std::int64_t>(),
             image.at("modified_ns").get<std::int64_t>(),
             image.at("inode").get<std::uint64_t>()}
        );
    }
    return images;
}

}  // namespace

ImageRecord read_image_record(
    sys::FileSystem& files,
    const std::filesystem::path& output_directory,
    const std::string& disk_name
) {
    const std::filesystem::path file = record_file(output_directory, disk_name);
    if (!files.status(file)) {
        return {};
    }
    try {
        const nlohmann::json json = nlohmann::json::parse(files.read_file(file));
        return {
            json.at("key").get<std::string>(),
            images_from_json(json.at("images")),
            images_from_json(json.at("replaced")),
            json.value("sizes", "")};
    } catch (const nlohmann::json::exception&) {
        return {};
    }
}

void write_image_record(
    sys::FileSystem& files,
    const std::filesystem::path& output_directory,
    const std::string& disk_name,
    const ImageRecord& record
) {
    const nlohmann::json json = {
        {"key", record.key},
        {"images", to_json(record.images)},
        {"replaced", to_json(record.replaced)},
        {"sizes", record.sizes}};
    files.write_file_atomic(record_file(output_directory, disk_name), json.dump(2) + "\n");
}

RecordedImage image_now(sys::FileSystem& files, const std::filesystem::path& image) {
    const std::optional<sys::FileStatus> status = files.status(image);
    if (!status) {
        return {image.filename(), -1, 0, 0};
    }
    return {image.filename(), status->size_bytes, status->modified_ns, status->inode};
}

bool is_complete(
    sys::FileSystem& files,
    const std::filesystem::path& output_directory,
    const ImageRecord& record,
    const std::vector<std::string>& names
) {
    return record.images.size() == names.size() &&
           std::equal(
               names.begin(),
               names.end(),
               record.images.begin(),
               [&](const std::string& name, const RecordedImage& recorded) {
                   return image_now(files, output_directory / name) == recorded;
               }
           );
}

bool is_in_the_way(
    sys::FileSystem& files,
    const std::filesystem::path& output_directory,
    const ImageRecord& record,
    const std::string& name
) {
    const RecordedImage now = image_now(files, output_directory / name);
    const auto is_now = [&](const RecordedImage& image) { return image == now; };
    return now.size_bytes >= 0 &&
           std::none_of(record.images.begin(), record.images.end(), is_now) &&
           std::none_of(record.replaced.begin(), record.replaced.end(), is_now);
}

}  // namespace kiln::exec::rootfs
