#pragma once

#include "template/template.hpp"

#include <string>
#include <vector>

namespace kiln::plan {

/// One message of `inspect`, and what -machine-readable says before it.
struct InspectionLine {
    std::vector<std::string> record;  ///< "template-builder", name, type; mostly empty
    std::string text;                 ///< without the newline at its end
};

/// What `inspect` prints of a legacy JSON template, in Packer's layout: its variables, builders
/// (names as they are written) and provisioners. Defaults of sensitive variables are masked.
std::vector<InspectionLine> inspect_legacy(const tmpl::Template& source);

}  // namespace kiln::plan
