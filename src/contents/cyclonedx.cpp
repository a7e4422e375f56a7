// CycloneDX 1.6 (ECMA-424), in its JSON form.

#include "contents/bill.hpp"

#include <nlohmann/json.hpp>

namespace kiln::contents {
namespace {

using CycloneJson = nlohmann::ordered_json;

constexpr const char* kImageRef = "image";

CycloneJson package_component(const BillPackage& entry) {
    const Package& package = entry.package;
    CycloneJson json = {
        {"type", "library"},
        {"bom-ref", entry.url},
        {"name", package.name},
        {"version", package.version}};
    if (!package.supplier.empty()) {
        json["supplier"] = {{"name", package.supplier}};
    }
    if (!package.summary.empty()) {
        json["description"] = package.summary;
    }
    if (!package.license.empty()) {
        json["licenses"] = CycloneJson::array({{{"license", {{"name", package.license}}}}});
    }
    json["purl"] = entry.url;
    if (package.homepage.starts_with("http://") || package.homepage.starts_with("https://")) {
        json["externalReferences"] =
            CycloneJson::array({{{"type", "website"}, {"url", package.homepage}}});
    }
    CycloneJson properties = CycloneJson::array();
    const auto add = [&properties](const char* name, const std::string& value) {
        if (!value.empty()) {
            properties.push_back({{"name", name}, {"value", value}});
        }
    };
    add("kiln:package:source", package.source);
    add("kiln:package:sourceVersion", package.source_version);
    if (!properties.empty()) {
        json["properties"] = std::move(properties);
    }
    return json;
}

CycloneJson file_component(const BillFile& file) {
    return {
        {"type", "file"},
        {"bom-ref", "file:" + file.path},
        {"name", file.path},
        {"hashes",
         CycloneJson::array(
             {{{"alg", "SHA-1"}, {"content", file.sha1}},
              {{"alg", "SHA-256"}, {"content", file.sha256}}}
         )}};
}

}  // namespace

std::string cyclonedx_json(const Bill& bill) {
    CycloneJson image = {
        {"type", "operating-system"}, {"bom-ref", kImageRef}, {"name", bill.image}};
    if (!bill.version.empty()) {
        image["version"] = bill.version;
    }
    if (!bill.system.empty()) {
        image["description"] = bill.system;
    }
    CycloneJson components = CycloneJson::array();
    CycloneJson parts = CycloneJson::array();
    for (const BillPackage& package : bill.packages) {
        components.push_back(package_component(package));
        parts.push_back(package.url);
    }
    for (const BillFile& file : bill.files) {
        components.push_back(file_component(file));
    }
    const CycloneJson document = {
        {"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
        {"bomFormat", "CycloneDX"},
        {"specVersion", "1.6"},
        {"serialNumber", "urn:uuid:" + bill.uuid},
        {"version", 1},
        {"metadata",
         {{"timestamp", utc_time(bill.time)},
          {"tools",
           {{"components",
             CycloneJson::array(
                 {{{"type", "application"}, {"name", "kiln"}, {"version", bill.tool_version}}}
             )}}},
          {"component", std::move(image)}}},
        {"components", std::move(components)},
        {"dependencies",
         CycloneJson::array({{{"ref", kImageRef}, {"dependsOn", std::move(parts)}}})}};
    return document.dump(2, ' ', false, CycloneJson::error_handler_t::replace) + "\n";
}

}  // namespace kiln::contents
