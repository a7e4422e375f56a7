#include "goss/actual.hpp"

#include "base/strings.hpp"

namespace kiln::goss {

const Fact& fact_of(const Facts& facts, const std::string& key) {
    const auto found = facts.find(key);
    if (found == facts.end()) {
        throw NoFact{"the machine did not tell: " + key};
    }
    return found->second;
}

namespace {

std::string go_seconds(std::int64_t ms) {
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

Value actual_of_command(const Resource& command, std::string_view attribute, const Facts& facts) {
    constexpr std::int64_t kDefaultMs = 10'000;
    const Fact& fact = fact_of(facts, command_key(command));
    if (fact.timed_out) {
        throw NoFact{
            "Command execution timed out (" + go_seconds(command.number("timeout", kDefaultMs)) +
            ")"};
    }
    if (attribute == "exit-status") {
        return static_cast<std::int64_t>(fact.status);
    }
    return attribute == "stdout" ? fact.out : fact.err;
}

// "1234 (name) S 1 ...": the name ends at its first ")", as goss has it.
Value is_running(const Resource& process, const Facts& facts) {
    const std::string needle = " (" + process.name + ")";
    for (const std::string& line : split(fact_of(facts, "processes").out, '\n')) {
        const std::size_t open = line.find(" (");
        const std::size_t close = line.find(')', open == std::string::npos ? 0 : open);
        if (open != std::string::npos && close != std::string::npos &&
            line.substr(open, close + 1 - open) == needle) {
            return true;
        }
    }
    return false;
}

Value kernel_parameter(const Resource& parameter, const Facts& facts) {
    const Fact& fact = fact_of(facts, "sysctl " + parameter.name);
    if (!fact.ok()) {
        throw NoFact{"could not find the given key"};
    }
    return std::string(trim(fact.out));
}

Value content_of(const Resource& matching) {
    const auto found = matching.settings.find("content");
    const Value content = found == matching.settings.end() ? Value() : found->second;
    return matching.flag("as-reader") ? Value(to_text(content)) : content;
}

}  // namespace

Value actual_value(const Resource& resource, std::string_view attribute, const Facts& facts) {
    switch (resource.kind) {
        case Kind::command:
            return actual_of_command(resource, attribute, facts);
        case Kind::http:
            return actual_of_http(resource, attribute, facts);
        case Kind::package:
            return actual_of_package(resource, attribute, facts);
        case Kind::service:
            return actual_of_service(resource, attribute, facts);
        case Kind::file:
            return actual_of_file(resource, attribute, facts);
        case Kind::process:
            return is_running(resource, facts);
        case Kind::user:
        case Kind::group:
            return actual_of_account(resource, attribute, facts);
        case Kind::kernel_param:
            return kernel_parameter(resource, facts);
        case Kind::mount:
            return actual_of_mount(resource, attribute, facts);
        case Kind::addr:
        case Kind::dns:
        case Kind::port:
        case Kind::interface:
            return actual_of_network(resource, attribute, facts);
        case Kind::matching:
            break;
    }
    return content_of(resource);
}

}  // namespace kiln::goss
