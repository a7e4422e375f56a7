#pragma once

#include "base/source.hpp"

#include <string>
#include <utility>
#include <vector>

// The part of YAML that profiles are written in. A node's program reads it without a library, so
// there is no more of it than people use: maps and lists by indentation or in one line ([a, b],
// {a: 1}), plain and quoted scalars, comments. Anchors, tags, block scalars and several documents
// are refused by name. Scalars keep their spelling: what is a number is for the reader to say.

namespace kiln::node {

struct YamlNode {
    enum class Kind { null, scalar, list, map };
    struct Entry;

    Kind kind = Kind::null;
    std::string scalar;
    std::vector<YamlNode> items;
    std::vector<Entry> entries;  ///< in the order of the file; keys differ
    SourceRange range;

    /// The value of a key, or null.
    const YamlNode* find(std::string_view key) const;
};

struct YamlNode::Entry {
    std::string key;
    SourceRange key_range;
    YamlNode value;
};

/// Throws Error{input} with the place of the first mistake. Larger than 1 MiB or nested deeper than
/// 32 is one. `file` must outlive the ranges.
YamlNode parse_yaml(const SourceFile& file);

}  // namespace kiln::node
