// SPDX Specification 2.3 (ISO/IEC 5962), in its JSON form.

#include "base/digest.hpp"
#include "base/strings.hpp"
#include "contents/bill.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace kiln::contents {
namespace {

using SpdxJson = nlohmann::ordered_json;

constexpr const char* kNoAssertion = "NOASSERTION";
constexpr const char* kImageId = "SPDXRef-Image";

/// Letters, digits, dots and dashes alone may stand in an identifier; the digest keeps two apart.
std::string spdx_id(const std::string& kind, const std::string& name, const std::string& unique) {
    constexpr std::size_t kDigits = 12;
    std::string id = "SPDXRef-" + kind + "-";
    for (const char byte : name) {
        const bool allowed =
            std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '.' || byte == '-';
        id += allowed ? byte : '-';
    }
    return id + "-" + sha256_hex(unique).substr(0, kDigits);
}

/// "Debian GCC Maintainers <x@y>" is "Organization: Debian GCC Maintainers (x@y)".
std::string supplier_of(const std::string& supplier) {
    if (supplier.empty()) {
        return kNoAssertion;
    }
    const std::size_t open = supplier.find(" <");
    if (open == std::string::npos || !supplier.ends_with('>')) {
        return "Organization: " + supplier;
    }
    const std::string address = supplier.substr(open + 2, supplier.size() - open - 3);
    return "Organization: " + supplier.substr(0, open) + " (" + address + ")";
}

SpdxJson package_json(const BillPackage& entry) {
    const Package& package = entry.package;
    SpdxJson json = {
        {"name", package.name},
        {"SPDXID", spdx_id("Package", package.name, entry.url)},
        {"versionInfo", package.version},
        {"supplier", supplier_of(package.supplier)},
        {"downloadLocation", kNoAssertion},
        {"filesAnalyzed", false},
        {"licenseConcluded", kNoAssertion},
        {"licenseDeclared", kNoAssertion},
        {"copyrightText", kNoAssertion}};
    if (!package.license.empty()) {
        json["licenseComments"] = "declared by the package: " + package.license;
    }
    if (!package.source.empty()) {
        json["sourceInfo"] = "built from " + package.source + " " + package.source_version;
    }
    if (package.homepage.starts_with("http://") || package.homepage.starts_with("https://")) {
        json["homepage"] = package.homepage;
    }
    if (!package.summary.empty()) {
        json["summary"] = package.summary;
    }
    json["externalRefs"] = SpdxJson::array(
        {{{"referenceCategory", "PACKAGE-MANAGER"},
          {"referenceType", "purl"},
          {"referenceLocator", entry.url}}}
    );
    return json;
}

SpdxJson file_json(const BillFile& file) {
    return {
        {"fileName", "." + file.path},
        {"SPDXID", spdx_id("File", std::string(file_name(file.path)), file.path)},
        {"checksums",
         SpdxJson::array(
             {{{"algorithm", "SHA1"}, {"checksumValue", file.sha1}},
              {{"algorithm", "SHA256"}, {"checksumValue", file.sha256}}}
         )},
        {"licenseConcluded", kNoAssertion},
        {"copyrightText", kNoAssertion}};
}

/// 7.9 of the specification: SHA-1 of all SHA-1 sums, sorted.
std::string verification_code(const Bill& bill) {
    std::vector<std::string> sums;
    for (const BillFile& file : bill.files) {
        sums.push_back(file.sha1);
    }
    std::sort(sums.begin(), sums.end());
    return Digest(DigestAlgorithm::sha1).update(join(sums, "")).finish_hex();
}

/// The image itself: its files are those that no package owns.
SpdxJson image_json(const Bill& bill) {
    SpdxJson json = {{"name", bill.image}, {"SPDXID", kImageId}};
    if (!bill.version.empty()) {
        json["versionInfo"] = bill.version;
    }
    json["downloadLocation"] = kNoAssertion;
    json["filesAnalyzed"] = !bill.files.empty();
    if (!bill.files.empty()) {
        json["packageVerificationCode"] = {
            {"packageVerificationCodeValue", verification_code(bill)}};
    }
    json["licenseConcluded"] = kNoAssertion;
    json["licenseDeclared"] = kNoAssertion;
    json["copyrightText"] = kNoAssertion;
    json["primaryPackagePurpose"] = "OPERATING-SYSTEM";
    if (!bill.system.empty()) {
        json["summary"] = bill.system;
    }
    return json;
}

SpdxJson relationship(const std::string& from, const char* type, const std::string& to) {
    return {{"spdxElementId", from}, {"relationshipType", type}, {"relatedSpdxElement", to}};
}

}  // namespace

std::string spdx_json(const Bill& bill) {
    SpdxJson packages = SpdxJson::array({image_json(bill)});
    SpdxJson files = SpdxJson::array();
    SpdxJson relationships =
        SpdxJson::array({relationship("SPDXRef-DOCUMENT", "DESCRIBES", kImageId)});
    for (const BillPackage& package : bill.packages) {
        packages.push_back(package_json(package));
        relationships.push_back(relationship(kImageId, "CONTAINS", packages.back()["SPDXID"]));
    }
    for (const BillFile& file : bill.files) {
        files.push_back(file_json(file));
        relationships.push_back(relationship(kImageId, "CONTAINS", files.back()["SPDXID"]));
    }
    const SpdxJson document = {
        {"spdxVersion", "SPDX-2.3"},
        {"dataLicense", "CC0-1.0"},
        {"SPDXID", "SPDXRef-DOCUMENT"},
        {"name", bill.image},
        {"documentNamespace", "https://spdx.org/spdxdocs/kiln-" + bill.uuid},
        {"creationInfo",
         {{"created", utc_time(bill.time)}, {"creators", {"Tool: kiln-" + bill.tool_version}}}},
        {"packages", std::move(packages)},
        {"files", std::move(files)},
        {"relationships", std::move(relationships)}};
    return document.dump(2, ' ', false, SpdxJson::error_handler_t::replace) + "\n";
}

}  // namespace kiln::contents
