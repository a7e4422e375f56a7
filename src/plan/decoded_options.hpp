#pragma once

#include "base/source.hpp"
#include "plan/option_table.hpp"

#include <cassert>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace kiln::plan {

/// Stands for every value that is not known yet: of a running build, of a data source.
inline constexpr const char* kUnknownValue = "<unknown>";

/// Where each option was written, by path: "inline", "user[0].name". Options left out are absent.
using OptionRanges = std::map<std::string, SourceRange, std::less<>>;

/// The options of one component: a struct of the component's own type behind one type for all.
class DecodedOptions {
public:
    DecodedOptions() = default;
    DecodedOptions(
        const OptionTable& table, std::shared_ptr<const void> object, OptionRanges ranges
    );

    /// The struct. T must be the one the table was made for.
    template <class T>
    const T& as() const {
        assert(table_ == &T::options());
        return *static_cast<const T*>(object_.get());
    }

    bool has_table() const { return table_ != nullptr; }
    const OptionTable& table() const { return *table_; }
    const void* object() const { return object_.get(); }

    /// Whether the template gives the option (null does not count).
    bool is_set(std::string_view path) const { return ranges_.contains(path); }
    /// Where it does; no range when it does not.
    SourceRange range_of(std::string_view path) const;
    const OptionRanges& ranges() const { return ranges_; }

private:
    const OptionTable* table_ = nullptr;
    std::shared_ptr<const void> object_;
    OptionRanges ranges_;
};

}  // namespace kiln::plan
