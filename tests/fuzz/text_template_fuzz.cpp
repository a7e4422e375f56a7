// Any bytes, rendered as a legacy text template: each must end, with a text or with an Error.

#include "base/error.hpp"
#include "template/text_template.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace kiln;

tmpl::TextContext make_context() {
    tmpl::TextContext context;
    context.make_uuid = [] { return std::string("uuid"); };
    context.build_name = "name";
    context.build_type = "type";
    context.user_variable = [](const std::string& name) { return std::optional(name); };
    context.data = {
        {"A", "text"},
        {"B", 7},
        {"L", tmpl::TextList{"a", "b", tmpl::TextMap{{"K", "v"}}}},
        {"M", tmpl::TextMap{{"K", "v"}, {"N", tmpl::TextValue()}}}};
    return context;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const tmpl::TextContext context = make_context();
    try {
        tmpl::render({reinterpret_cast<const char*>(data), size}, context);
    } catch (const Error& error) {
        render(error);
    }
    return 0;
}
