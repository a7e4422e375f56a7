#include "base/strings.hpp"
#include "contents/packages.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace kiln::contents {
namespace {

constexpr std::int64_t kInstalledSizeUnit = 1024;  // deb-substvars(5): Installed-Size, in KiB

/// The first line of each field of one paragraph (deb822(5)).
std::map<std::string, std::string> fields_of(std::string_view paragraph) {
    std::map<std::string, std::string> fields;
    for (const std::string& line : split(paragraph, '\n')) {
        const std::size_t colon = line.find(':');
        if (colon != std::string::npos && !line.starts_with(' ') && !line.starts_with('\t')) {
            fields[line.substr(0, colon)] = trim(std::string_view(line).substr(colon + 1));
        }
    }
    return fields;
}

/// Whether its files are there: "install ok installed", also half-way through an upgrade; not what
/// only left its configuration. Paragraphs of status.d have no such field.
bool has_files(const std::string& status) {
    const std::string state = status.substr(status.rfind(' ') + 1);
    return status.empty() || (state != "not-installed" && state != "config-files");
}

Package package_of(std::map<std::string, std::string> fields) {
    Package package;
    package.kind = PackageKind::dpkg;
    package.name = fields["Package"];
    package.version = fields["Version"];
    package.architecture = fields["Architecture"];
    package.source = package.name;
    package.source_version = package.version;
    // "Source: glibc", or "glibc (2.36-9)" when the versions differ.
    if (const std::string& source = fields["Source"]; !source.empty()) {
        const std::size_t space = source.find(' ');
        package.source = source.substr(0, space);
        if (space != std::string::npos && source.ends_with(')')) {
            package.source_version = source.substr(space + 2, source.size() - space - 3);
        }
    }
    package.supplier = fields["Maintainer"];
    package.homepage = fields["Homepage"];
    package.summary = fields["Description"];
    const std::string& size = fields["Installed-Size"];
    std::int64_t units = 0;
    std::from_chars(size.data(), size.data() + size.size(), units);
    package.installed_bytes = units * kInstalledSizeUnit;
    return package;
}

std::vector<std::string> listed_files(ImageTree& tree, const Package& package) {
    constexpr std::string_view kInfo = "var/lib/dpkg/info/";
    // A package that may be there for several architectures has its own in the name.
    std::optional<std::string> list =
        tree.read_file(std::string(kInfo) + package.name + ":" + package.architecture + ".list");
    if (!list) {
        list = tree.read_file(std::string(kInfo) + package.name + ".list");
    }
    std::vector<std::string> files;
    for (std::string& file : split(list.value_or(""), '\n')) {
        if (file.size() > 1 && file != "/.") {
            files.push_back(std::move(file));
        }
    }
    return files;
}

/// Images without a package manager (distroless) have the digests of a package in the place of its
/// list.
std::vector<std::string> files_with_digests(const std::string& digests) {
    std::vector<std::string> files;
    for (const std::string& line : split(digests, '\n')) {
        if (const std::size_t at = line.find("  "); at != std::string::npos) {
            files.push_back("/" + line.substr(at + 2));
        }
    }
    return files;
}

void read_paragraphs(ImageTree& tree, const std::string& status, std::vector<Package>& packages) {
    std::size_t at = 0;
    while (at < status.size()) {
        const std::size_t end = std::min(status.find("\n\n", at), status.size());
        std::map<std::string, std::string> fields =
            fields_of(std::string_view(status).substr(at, end - at));
        at = end + 2;
        if (!fields["Package"].empty() && has_files(fields["Status"])) {
            packages.push_back(package_of(std::move(fields)));
            packages.back().files = listed_files(tree, packages.back());
        }
    }
}

}  // namespace

std::vector<Package> read_dpkg(ImageTree& tree) {
    std::vector<Package> packages;
    read_paragraphs(tree, tree.read_file("var/lib/dpkg/status").value_or(""), packages);
    for (const Entry* entry : tree.children("var/lib/dpkg/status.d")) {
        if (entry->path.ends_with(".md5sums")) {
            continue;
        }
        const std::size_t before = packages.size();
        read_paragraphs(tree, tree.read_file(entry->path).value_or(""), packages);
        const std::optional<std::string> digests = tree.read_file(entry->path + ".md5sums");
        if (digests && packages.size() == before + 1 && packages.back().files.empty()) {
            packages.back().files = files_with_digests(*digests);
        }
    }
    return packages;
}

}  // namespace kiln::contents
