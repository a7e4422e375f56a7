#include "execute/run_text.hpp"

#include "template/text_template.hpp"

#include <utility>

namespace kiln::exec {

namespace {

using Render = std::string (*)(std::string_view, const tmpl::TextContext&);

tmpl::TextContext run_text(const BuildContext& context, tmpl::TextMap fields) {
    for (const auto& [name, value] : context.build_values) {
        fields.try_emplace(name, value);
    }
    tmpl::TextContext text = context.build.text.with_data(std::move(fields));
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

std::string render_with(
    Render render,
    const BuildContext& context,
    const std::string& name,
    std::string_view text,
    tmpl::TextMap fields
) {
    try {
        return render(text, run_text(context, std::move(fields)));
    } catch (Error& error) {
        error.add_context("rendering " + name);
        throw;
    }
}

}  // namespace

std::string render_at_run(
    const BuildContext& context, const std::string& name, std::string_view text
) {
    return render_with(tmpl::render_until_stable, context, name, text, {});
}

std::string render_at_run(
    const BuildContext& context,
    const std::string& name,
    std::string_view text,
    tmpl::TextMap fields
) {
    return render_with(tmpl::render, context, name, text, std::move(fields));
}

}  // namespace kiln::exec
