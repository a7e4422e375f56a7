#pragma once

#include "base/diagnostics.hpp"
#include "goss/value.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kiln::goss {

/// A value as a file writes it, with its place.
struct Node {
    struct Entry;

    Value scalar;  ///< of what is neither a list nor a map
    bool is_list = false, is_map = false;
    std::vector<Node> items;
    std::vector<Entry> entries;  ///< in the order of the file
    SourceRange range;

    /// The value of a key, or null.
    const Node* find(std::string_view key) const;
    bool is_null() const { return !is_list && !is_map && scalar.is_null(); }
};

struct Node::Entry {
    std::string key;
    SourceRange key_range;
    Node value;
};

Value to_value(const Node& node);

enum class Syntax { yaml, json };

/// Reads a file of tests or of variables. `json`: every number is a float64, as Go reads them.
/// Reports at most one mistake, at its place, and gives nothing then. Larger than 4 MiB, nested
/// deeper than 100 or (by aliases) of more than 100000 values is one. `file` outlives the ranges.
std::optional<Node> parse_document(const SourceFile& file, Syntax syntax, Diagnostics& diagnostics);

}  // namespace kiln::goss
