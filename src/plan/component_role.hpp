#pragma once

namespace kiln::plan {

enum class ComponentRole { builder, provisioner, post_processor, data_source };

/// "builder", "provisioner", "post-processor", "data source".
const char* name_of(ComponentRole role);

}  // namespace kiln::plan
