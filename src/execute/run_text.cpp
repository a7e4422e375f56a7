#include "execute/run_text.hpp"

namespace kiln::exec {

tmpl::TextContext run_text(const BuildContext& context, tmpl::TextMap more) {
    for (const auto& [name, value] : context.build_values) {
        more.try_emplace(name, value);
    }
    tmpl::TextContext text = context.build.text.with_data(std::move(more));
    // Where the template may not call `build` (HCL), it may not here either.
    if (text.build_value) {
        text.build_value = [values = context.build_values](const std::string& name
                           ) -> std::optional<std::string> {
            const auto value = values.find(name);
            return value == values.end() ? std::nullopt : std::optional(value->second);
        };
    }
    return text;
}

}  // namespace kiln::exec
