#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kiln::artifact {

class DigestMemo;

/// What a build, or a post-processor, leaves behind. Plain data; the files stay where they are.
struct Artifact {
    std::string builder_id;    ///< who made it, as scripts know it: "kiln.rootfs"
    std::string builder_type;  ///< "rootfs", as the template spells it
    std::string build_name;    ///< the build it came from
    std::string id;            ///< "us-east-1:ami-1,us-west-2:ami-2", a path, "VM", ...
    std::string text;          ///< for people; may have several lines, no final newline
    std::vector<std::filesystem::path> files;
    /// Facts for later stages, by name: "image_digest", "root_uuid", "disk_size", ...
    std::map<std::string, std::string> state;
    /// What the files in the image take (contents/sizes.hpp), for reports; "" when nothing read it.
    std::string sizes;
    /// Digests of `files` known so far; handed on, so that no file is read twice. May be null.
    std::shared_ptr<DigestMemo> digests;

    bool operator==(const Artifact&) const = default;
};

}  // namespace kiln::artifact
