#include "contents/bill.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/uuid.hpp"
#include "contents/file_digests.hpp"
#include "contents/purl.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <system_error>

namespace kiln::contents {
namespace {

std::string variable(const Assignments& variables, const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
}

/// "images/node.raw", "tree/" and "." have the names node.raw, tree and that of the folder.
std::string name_of_image(const std::string& image) {
    std::error_code ignored;
    std::filesystem::path path = std::filesystem::weakly_canonical(image, ignored);
    if (path.filename().empty()) {
        path = path.parent_path();
    }
    return path.filename().empty() ? "image" : to_valid_utf8(path.filename().string());
}

std::string uuid_of(const Bill& bill) {
    Digest digest;
    digest.field("kiln bill").field(bill.system).field(bill.version).field(utc_time(bill.time));
    for (const BillPackage& package : bill.packages) {
        digest.field(package.url);
    }
    for (const BillFile& file : bill.files) {
        digest.field(file.path).field(file.sha256);
    }
    return format_uuid(digest.finish_bytes().substr(0, kUuidBytes), 5);
}

}  // namespace

Bill make_bill(
    ImageTree& tree,
    const Contents& contents,
    std::optional<std::int64_t> source_date_epoch,
    const std::stop_token& stop
) {
    Bill bill;
    bill.image = name_of_image(tree.name());
    bill.system = variable(contents.os_release, "NAME");
    bill.version = variable(contents.os_release, "VERSION_ID");
    bill.tool_version = KILN_VERSION;
    for (const Package& package : contents.packages) {
        bill.packages.push_back({package, package_url(package, contents.os_release)});
    }
    const std::vector<const Entry*> files = unowned_files(tree, contents.owners);
    const std::vector<FileDigest> digests =
        digest_files(tree, files, Digests::sha256_and_sha1, stop);
    for (std::size_t i = 0; i < files.size(); ++i) {
        bill.files.push_back(
            {"/" + to_valid_utf8(files[i]->path), digests[i].sha256, digests[i].sha1}
        );
    }
    for (const Entry& entry : tree.entries()) {
        bill.time = std::max(bill.time, entry.modified);
    }
    bill.time = source_date_epoch.value_or(bill.time);
    bill.uuid = uuid_of(bill);
    return bill;
}

std::string bill_json(const Bill& bill, BillFormat format) {
    switch (format) {
        case BillFormat::spdx:
            return spdx_json(bill);
        case BillFormat::cyclonedx:
            return cyclonedx_json(bill);
    }
    return "";
}

std::string utc_time(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace kiln::contents
