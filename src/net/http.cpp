#include "net/http.hpp"

#include <algorithm>
#include <strings.h>

namespace kiln::net {

std::optional<std::string> find_header(const Headers& headers, std::string_view name) {
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const Header& header) {
        return header.name.size() == name.size() &&
               strncasecmp(header.name.data(), name.data(), name.size()) == 0;
    });
    return found == headers.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace kiln::net
