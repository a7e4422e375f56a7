#include "execute/build_values.hpp"

#include "plan/component_registry.hpp"

namespace kiln::exec {

namespace {

// The names for which Packer has such a text; the others are empty.
constexpr std::pair<const char*, const char*> kNotImplemented[] = {
    {"ID", "ERR_ID_NOT_IMPLEMENTED_BY_BUILDER"},
    {"PackerHTTPAddr", "ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER"},
    {"PackerHTTPIP", "ERR_HTTP_IP_NOT_IMPLEMENTED_BY_BUILDER"},
    {"PackerHTTPPort", "ERR_HTTP_PORT_NOT_IMPLEMENTED_BY_BUILDER"},
};

}  // namespace

plan::BuildValues complete_build_values(plan::BuildValues of_machine, const std::string& run_uuid) {
    of_machine["PackerRunUUID"] = run_uuid;
    for (const auto& [name, text] : kNotImplemented) {
        of_machine.try_emplace(name, text);
    }
    for (const std::string& name : plan::common_build_values()) {
        of_machine.try_emplace(name, "");
    }
    return of_machine;
}

}  // namespace kiln::exec
