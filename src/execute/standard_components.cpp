#include "execute/builder/amazon/amazon_ebs.hpp"
#include "execute/builder/amazon/amazon_ebssurrogate.hpp"
#include "execute/builder/amazon/amazon_ebsvolume.hpp"
#include "execute/builder/file.hpp"
#include "execute/builder/null.hpp"
#include "execute/builder/qemu/qemu_builder.hpp"
#include "execute/builder/rootfs/rootfs_builder.hpp"
#include "execute/components.hpp"
#include "execute/postprocessor/artifice.hpp"
#include "execute/postprocessor/checksum.hpp"
#include "execute/postprocessor/compress.hpp"
#include "execute/postprocessor/manifest.hpp"
#include "execute/postprocessor/provenance.hpp"
#include "execute/postprocessor/sbom.hpp"
#include "execute/postprocessor/shell_local.hpp"
#include "execute/provisioner/ansible/ansible.hpp"
#include "execute/provisioner/ansible/ansible_local.hpp"
#include "execute/provisioner/file.hpp"
#include "execute/provisioner/goss.hpp"
#include "execute/provisioner/node_tuning.hpp"
#include "execute/provisioner/shell.hpp"
#include "execute/provisioner/shell_local.hpp"
#include "execute/provisioner/waiting.hpp"
#include "execute/publish/amazon_publish.hpp"

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
        {"qemu", from(make_qemu_builder)},
        {"rootfs", from(make_rootfs_builder)},
    };
    components.provisioners = {
        {"ansible", from(make_ansible_provisioner)},
        {"ansible-local", from(make_ansible_local_provisioner)},
        {"breakpoint", from(make_breakpoint_provisioner)},
        {"file", from(make_file_provisioner)},
        {"goss", from(make_goss_provisioner)},
        {"node_tuning", from(make_node_tuning_provisioner)},
        {"shell", from(make_shell_provisioner)},
        {"shell-local", from(make_shell_local_provisioner)},
        {"sleep", from(make_sleep_provisioner)},
    };
    components.post_processors = {
        {"amazon-publish", from(make_amazon_publish_post_processor)},
        {"artifice", from(make_artifice_post_processor)},
        {"checksum", from(make_checksum_post_processor)},
        {"compress", from(make_compress_post_processor)},
        {"manifest", from(make_manifest_post_processor)},
        {"provenance", from(make_provenance_post_processor)},
        {"sbom", from(make_sbom_post_processor)},
        {"shell-local", from(make_shell_local_post_processor)},
    };
    return components;
}

}  // namespace kiln::exec
