#pragma once

#include "base/diagnostics.hpp"
#include "hcl/value.hpp"
#include "plan/option_rules.hpp"
#include "plan/option_table.hpp"

#include <cstddef>
#include <string>

namespace kiln::plan {

/// Writes options into the struct they are bound to, and keeps count of what was given. `path` is
/// the prefix of the option's name: "" or "user[0].".
class OptionWriter {
public:
    OptionWriter(GivenOptions& given, Diagnostics& diagnostics)
        : given_(given), diagnostics_(diagnostics) {}

    /// A null and an empty text leave the default in its place.
    void assign(
        const OptionSpec& option,
        const hcl::Value& value,
        SourceRange range,
        const std::string& path,
        void* object
    );

    /// Appends a block and calls `fill(nested object, its path)`; then looks for what it needs.
    template <class Fill>
    void enter(
        const OptionSpec& option,
        SourceRange range,
        const std::string& path,
        void* object,
        const Fill& fill
    ) {
        const std::size_t index = option.count(object);
        const std::string at = path + option.name + "[" + std::to_string(index) + "]";
        given_.ranges.emplace(path + option.name, range);
        given_.ranges.emplace(at, range);
        fill(option.append(object), at + ".");
        check_required(
            option.nested(), given_, at + ".", "block \"" + option.name + "\"", range, diagnostics_
        );
    }

    /// Something is given, though its value is a mistake: it is not missing.
    void note(const OptionSpec& option, SourceRange range, const std::string& path) {
        given_.ranges.emplace(path + option.name, range);
    }

    /// Reports a name that the table does not have; what it seems to mean is not missing either.
    void unknown(
        const OptionTable& table,
        const std::string& name,
        SourceRange range,
        const std::string& owner,
        const std::string& path
    );

private:
    GivenOptions& given_;
    Diagnostics& diagnostics_;
};

}  // namespace kiln::plan
