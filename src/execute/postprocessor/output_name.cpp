#include "execute/postprocessor/output_name.hpp"

#include "execute/run_text.hpp"

#include <utility>

namespace kiln::exec {

std::filesystem::path output_name(
    const BuildContext& context,
    const artifact::Artifact& input,
    std::string_view output,
    tmpl::TextMap more
) {
    more.emplace("BuildName", context.build.source_name);
    more.emplace(
        "BuilderType",
        input.builder_type.empty() ? context.build.builder_type() : input.builder_type
    );
    return render_at_run(context, "output", output, std::move(more));
}

}  // namespace kiln::exec
