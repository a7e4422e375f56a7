#include "execute/builder/rootfs/control_stanza.hpp"

#include "base/strings.hpp"

#include <strings.h>

namespace kiln::exec::rootfs {

ControlStanza ControlStanza::parse(std::string_view text) {
    ControlStanza stanza;
    for (const std::string& line : split(text, '\n')) {
        if (line.empty()) {
            continue;
        }
        if (line[0] == ' ' || line[0] == '\t') {
            if (!stanza.fields_.empty()) {
                stanza.fields_.back().second += "\n" + line;
            }
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon != std::string::npos) {
            stanza.fields_.emplace_back(
                line.substr(0, colon), std::string(trim(std::string_view(line).substr(colon + 1)))
            );
        }
    }
    return stanza;
}

const std::string* ControlStanza::find(std::string_view name) const {
    for (const auto& [key, value] : fields_) {
        if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) {
            return &value;
        }
    }
    return nullptr;
}

std::string ControlStanza::get(std::string_view name) const {
    const std::string* value = find(name);
    return value == nullptr ? std::string() : *value;
}

}  // namespace kiln::exec::rootfs
