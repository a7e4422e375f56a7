#include "base/strings.hpp"
#include "contents/difference.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::contents {
namespace {

using DiffJson = nlohmann::ordered_json;

DiffJson null_if_empty(const std::string& text) {
    return text.empty() ? DiffJson() : DiffJson(text);
}

DiffJson value_json(const std::string& value) {
    return value;
}
DiffJson value_json(const std::vector<std::string>& values) {
    return values;
}
DiffJson value_json(const Unit& unit) {
    return {{"state", unit.state}, {"drop_ins", unit.drop_ins}};
}
DiffJson value_json(const Sysctl& sysctl) {
    return {{"value", sysctl.value}, {"file", sysctl.file}};
}
DiffJson value_json(const User& user) {
    return {
        {"uid", user.uid},
        {"gid", user.gid},
        {"home", user.home},
        {"shell", user.shell},
        {"password", to_string(user.password)}};
}
DiffJson value_json(const Group& group) {
    return {{"gid", group.gid}, {"members", group.members}};
}
DiffJson value_json(const Privilege& file) {
    return {
        {"mode", fmt::format("{:04o}", file.mode)},
        {"uid", file.uid},
        {"gid", file.gid},
        {"capabilities", null_if_empty(file.capabilities)}};
}
DiffJson value_json(const FileState& file) {
    const bool is_regular = file.type == sys::FileType::regular;
    return {
        {"type", to_string(file.type)},
        {"mode", fmt::format("{:04o}", file.mode)},
        {"uid", file.uid},
        {"gid", file.gid},
        {"bytes", is_regular ? DiffJson(file.size_bytes) : DiffJson()},
        {"sha256", null_if_empty(file.sha256)},
        {"target", null_if_empty(file.target)},
        {"device", null_if_empty(file.device)},
        {"capabilities", null_if_empty(file.capabilities)}};
}

template <class Value>
DiffJson difference_object(const Difference<Value>& difference) {
    return {
        {"name", difference.name},
        {"before", difference.before ? value_json(*difference.before) : DiffJson()},
        {"after", difference.after ? value_json(*difference.after) : DiffJson()}};
}

template <class Value>
DiffJson list_json(const Differences<Value>& differences) {
    DiffJson list = DiffJson::array();
    for (const Difference<Value>& difference : differences) {
        list.push_back(difference_object(difference));
    }
    return list;
}

}  // namespace

std::string difference_json(
    const ImageDifference& difference, const std::string& before, const std::string& after
) {
    DiffJson files = DiffJson::array();
    for (const FileDifference& file : difference.files) {
        DiffJson json = difference_object<FileState>(file);
        json["package"] = null_if_empty(file.package);
        files.push_back(std::move(json));
    }
    const DiffJson document = {
        {"before", before},
        {"after", after},
        {"differ", !difference.empty()},
        {"os_release", list_json(difference.os_release)},
        {"packages", list_json(difference.packages)},
        {"units", list_json(difference.units)},
        {"sysctls", list_json(difference.sysctls)},
        {"kernel_arguments", list_json(difference.kernel_arguments)},
        {"users", list_json(difference.users)},
        {"groups", list_json(difference.groups)},
        {"privileges", list_json(difference.privileges)},
        {"files", std::move(files)}};
    return document.dump(2, ' ', false, DiffJson::error_handler_t::replace) + "\n";
}

}  // namespace kiln::contents
