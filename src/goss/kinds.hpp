#pragma once

#include "goss/spec.hpp"

#include <string_view>
#include <vector>

namespace kiln::goss {

/// What an attribute takes.
enum class Takes {
    matcher,  ///< of a value
    lines,    ///< a matcher of text that is read line by line
    number,   ///< a matcher of a number; a text of digits is one too
    text,     ///< from here on: a setting
    integer,
    flag,
    texts,
    anything,
};

struct AttributeInfo {
    std::string_view name;
    Takes takes = Takes::matcher;
    std::string_view property = {};  ///< "": the name
    bool required = false;
    std::string_view stands_for = {};  ///< an older name of that attribute
};

struct KindInfo {
    Kind kind = Kind::file;
    std::string_view key, type;
    std::string_view name_attribute;  ///< says what is looked at, in place of the key
    /// When the first expectation fails, or the first fact is false, the others are skipped.
    bool first_decides = false;
    std::vector<AttributeInfo> attributes;  ///< in the order of evaluation
};

/// All kinds, in the order in which goss evaluates them.
const std::vector<KindInfo>& kinds();
const KindInfo& info_of(Kind kind);

}  // namespace kiln::goss
