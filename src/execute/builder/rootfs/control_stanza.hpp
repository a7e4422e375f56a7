#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::exec::rootfs {

/// A paragraph of a control file (deb-control(5)), fields in their order, values with their
/// continuation lines as written.
class ControlStanza {
public:
    /// Lines that are no field are dropped.
    static ControlStanza parse(std::string_view text);

    const std::string* find(std::string_view name) const;  ///< names compare without case
    std::string get(std::string_view name) const;          ///< "" when it is missing
    const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace kiln::exec::rootfs
