#include "cli/run_inputs.hpp"

#include "base/digest.hpp"
#include "hcl/json.hpp"

#include <filesystem>
#include <memory>

namespace kiln::cli {

exec::RunInputs run_inputs(
    const Session& session, const Planned& planned, const std::string& template_path
) {
    exec::RunInputs inputs;
    inputs.kiln_version = KILN_VERSION;
    inputs.template_path = template_path;
    inputs.secrets = planned.plan.secrets;
    for (const std::unique_ptr<SourceFile>& source : session.sources.files()) {
        // A text that came from elsewhere, such as -var, has a name that is no file's.
        const auto status = session.files.status_followed(source->name());
        if (status && status->type == sys::FileType::regular) {
            inputs.files.push_back(
                {.name = std::filesystem::path(source->name()).lexically_normal(),
                 .digests = {{"sha256", sha256_hex(source->text())}}}
            );
        }
    }
    for (const tmpl::Variable& variable : planned.source->variables) {
        if (variable.sensitive) {
            inputs.sensitive_variables.push_back(variable.name);
        } else if (variable.value.is_wholly_known()) {
            inputs.variables[variable.name] = hcl::to_json(variable.value);
        }
    }
    return inputs;
}

}  // namespace kiln::cli
