#include "plan/option_secrets.hpp"

#include "plan/option_value.hpp"
#include "template/secrets.hpp"

namespace kiln::plan {

namespace {

void collect(const OptionTable& table, const void* object, std::vector<std::string>& secrets) {
    for (const OptionSpec& option : table.options()) {
        if (option.secret) {
            tmpl::collect_secrets(option_value(option, object), secrets);
        } else if (option.is_block()) {
            for (std::size_t i = 0; i < option.count(object); ++i) {
                collect(option.nested(), option.element(object, i), secrets);
            }
        }
    }
}

void collect(const Component& component, std::vector<std::string>& secrets) {
    if (component.options.has_table()) {
        collect(component.options.table(), component.options.object(), secrets);
    }
}

}  // namespace

void collect_option_secrets(const Build& build, std::vector<std::string>& secrets) {
    collect(build.builder, secrets);
    for (const ProvisionerStep& step : build.provisioners) {
        collect(step.component, secrets);
    }
    if (build.error_cleanup_provisioner) {
        collect(build.error_cleanup_provisioner->component, secrets);
    }
    for (const PostProcessorChain& chain : build.post_processors) {
        for (const PostProcessorStep& step : chain) {
            collect(step.component, secrets);
        }
    }
}

}  // namespace kiln::plan
