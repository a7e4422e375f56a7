#include "disk/disk_map.hpp"

#include "base/error.hpp"
#include "sys/process_runner.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::disk {

std::optional<DiskMap> map_disk(
    const std::filesystem::path& image,
    const std::string& format,
    sys::ProcessRunner& processes,
    std::stop_token stop
) {
    sys::Command command;
    command.argv = {"qemu-img", "map", "-f", format, "--output=json", image.string()};
    command.environment = sys::tool_environment();
    command.debian_package = "qemu-utils";
    const sys::CapturedRun run = sys::run_and_capture(processes, command, std::move(stop));
    // What it can not map (some formats, damaged ones) is left to the conversion, which says why.
    return run.status.ok() ? read_disk_map(run.out) : std::nullopt;
}

// qemu's docs/tools/qemu-img.rst, "map": "offset" is there where the data lies in the file as it
// is; "depth" counts the backing files on the way to it.
std::optional<DiskMap> read_disk_map(const std::string& json) {
    DiskMap map;
    try {
        for (const nlohmann::json& part : nlohmann::json::parse(json)) {
            const DiskExtent extent{
                part.at("start").get<std::int64_t>(),
                part.at("length").get<std::int64_t>(),
                part.value("offset", std::int64_t{-1})};
            if (extent.start != map.size_bytes || extent.size < 0) {
                throw Error(ErrorKind::input, "qemu-img map left a part of the disk out");
            }
            map.size_bytes += extent.size;
            if (part.at("zero").get<bool>() || !part.at("data").get<bool>()) {
                continue;
            }
            if (extent.file_offset < 0 || part.at("depth").get<int>() != 0) {
                return std::nullopt;
            }
            map.extents.push_back(extent);
        }
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::input, std::string("qemu-img map wrote no map: ") + error.what());
    }
    return map;
}

}  // namespace kiln::disk
