#pragma once

#include "plan/option_table.hpp"

#include <string>

namespace kiln::plan {

/// A tag as a block: `tag { key = "k" value = "v" }`, the form that takes `dynamic`.
/// /// Rendered when the resource is made, as the maps of tags are.
struct Tag {
    std::string key = "";
    std::string value = "";

    bool operator==(const Tag&) const = default;

    static const OptionTable& options();
};

/// The tag of a volume as a block, which has `name` where others have `key`.
struct NamedTag {
    std::string name = "";
    std::string value = "";

    bool operator==(const NamedTag&) const = default;

    static const OptionTable& options();
};

/// A filter as a block: `filter { name = "tag:Class" value = "build" }`.
struct NameValue {
    std::string name = "";
    std::string value = "";

    bool operator==(const NameValue&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
