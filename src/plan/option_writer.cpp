#include "plan/option_writer.hpp"

#include "base/strings.hpp"
#include "plan/assign_option.hpp"

#include <optional>

namespace kiln::plan {

namespace {

bool is_empty_text(const hcl::Value& value) {
    return value.is_known() && value.has(hcl::TypeKind::string) && value.as_string().empty();
}

// What an option holds that is left out.
bool is_zero(const hcl::Value& value) {
    if (!value.is_known() || value.has(hcl::TypeKind::string)) {
        return false;
    }
    if (value.has(hcl::TypeKind::boolean)) {
        return !value.as_boolean();
    }
    if (value.has(hcl::TypeKind::number)) {
        return value.as_number().to_int64() == 0;
    }
    return value.size() == 0;
}

}  // namespace

void OptionWriter::assign(
    const OptionSpec& option,
    const hcl::Value& value,
    SourceRange range,
    const std::string& path,
    void* object
) {
    if (value.is_null() || is_empty_text(value)) {
        return;  // an empty text leaves the default in its place, as in Packer
    }
    given_.ranges.insert_or_assign(path + option.name, range);
    assign_option(option, value, range, object, diagnostics_);
    if (is_zero(value)) {
        given_.empty.insert(path + option.name);
    } else {
        given_.empty.erase(path + option.name);
    }
}

void OptionWriter::unknown(
    const OptionTable& table,
    const std::string& name,
    SourceRange range,
    const std::string& owner,
    const std::string& path
) {
    diagnostics_.error(
        range, owner + " has no option \"" + name + "\"", did_you_mean_hint(name, table.names())
    );
    // Taken as given, so that a misspelt option is not reported as missing too.
    if (const std::optional<std::string> meant = did_you_mean(name, table.names())) {
        given_.ranges.emplace(path + *meant, range);
    }
}

}  // namespace kiln::plan
