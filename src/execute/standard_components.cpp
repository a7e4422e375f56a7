#include "execute/builder/amazon/amazon_ebs.hpp"
#include "execute/builder/amazon/amazon_ebssurrogate.hpp"
#include "execute/builder/amazon/amazon_ebsvolume.hpp"
#include "execute/builder/file.hpp"
#include "execute/builder/null.hpp"
#include "execute/builder/rootfs/rootfs_builder.hpp"
#include "execute/components.hpp"
#include "execute/postprocessor/checksum.hpp"
#include "execute/postprocessor/manifest.hpp"
#include "execute/postprocessor/shell_local.hpp"
#include "execute/provisioner/file.hpp"
#include "execute/provisioner/node_tuning.hpp"
#include "execute/provisioner/shell.hpp"
#include "execute/provisioner/shell_local.hpp"
#include "execute/provisioner/waiting.hpp"

namespace kiln::exec {

namespace {

/// A factory from a function that takes the component's own struct of options.
template <class Options, class T>
auto from(std::unique_ptr<T> (*make)(Options)) {
    return [make](const plan::DecodedOptions& options) { return make(options.as<Options>()); };
}

}  // namespace

Components standard_components() {
    Components components;
    components.builders = {
        {"amazon-ebs", from(make_amazon_ebs_builder)},
        {"amazon-ebssurrogate", from(make_amazon_ebssurrogate_builder)},
        {"amazon-ebsvolume", from(make_amazon_ebsvolume_builder)},
        {"file", from(make_file_builder)},
        {"null", from(make_null_builder)},
        {"rootfs", from(make_rootfs_builder)},
    };
    components.provisioners = {
        {"breakpoint", from(make_breakpoint_provisioner)},
        {"file", from(make_file_provisioner)},
        {"node_tuning", from(make_node_tuning_provisioner)},
        {"shell", from(make_shell_provisioner)},
        {"shell-local", from(make_shell_local_provisioner)},
        {"sleep", from(make_sleep_provisioner)},
    };
    components.post_processors = {
        {"checksum", from(make_checksum_post_processor)},
        {"manifest", from(make_manifest_post_processor)},
        {"shell-local", from(make_shell_local_post_processor)},
    };
    return components;
}

}  // namespace kiln::exec
