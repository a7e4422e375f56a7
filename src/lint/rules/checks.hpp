#pragma once

/// The checks behind the table in rules.cpp, one a rule; each is explained on the rule's page.
namespace kiln::lint {

class Subject;
class Findings;

void check_append_no_newline(const Subject& subject, Findings& findings);
void check_apt_no_update(const Subject& subject, Findings& findings);
void check_apt_noninteractive(const Subject& subject, Findings& findings);
void check_arguments_need_reboot(const Subject& subject, Findings& findings);
void check_config_append(const Subject& subject, Findings& findings);
void check_cpu_sets(const Subject& subject, Findings& findings);
void check_cwd_path(const Subject& subject, Findings& findings);
void check_default_security_group(const Subject& subject, Findings& findings);
void check_deprecated_option(const Subject& subject, Findings& findings);
void check_deregister_snapshots(const Subject& subject, Findings& findings);
void check_dmesg_lookup(const Subject& subject, Findings& findings);
void check_engine_in_function(const Subject& subject, Findings& findings);
void check_eth_names(const Subject& subject, Findings& findings);
void check_execute_command_vars(const Subject& subject, Findings& findings);
void check_failure_ignored(const Subject& subject, Findings& findings);
void check_filter_most_recent(const Subject& subject, Findings& findings);
void check_filter_owners(const Subject& subject, Findings& findings);
void check_git_protocol(const Subject& subject, Findings& findings);
void check_git_unpinned(const Subject& subject, Findings& findings);
void check_grub_boot_entries(const Subject& subject, Findings& findings);
void check_grub_not_regenerated(const Subject& subject, Findings& findings);
void check_grub_sed_anchor(const Subject& subject, Findings& findings);
void check_grubby_only(const Subject& subject, Findings& findings);
void check_hard_coded_ami(const Subject& subject, Findings& findings);
void check_hard_coded_region(const Subject& subject, Findings& findings);
void check_hugepages_order(const Subject& subject, Findings& findings);
void check_insecure_transport(const Subject& subject, Findings& findings);
void check_install_asks(const Subject& subject, Findings& findings);
void check_limits_columns(const Subject& subject, Findings& findings);
void check_lost_exit_status(const Subject& subject, Findings& findings);
void check_missing_file(const Subject& subject, Findings& findings);
void check_module_one_kernel(const Subject& subject, Findings& findings);
void check_no_errexit(const Subject& subject, Findings& findings);
void check_numa_nodes(const Subject& subject, Findings& findings);
void check_open_security_group(const Subject& subject, Findings& findings);
void check_package_typo(const Subject& subject, Findings& findings);
void check_pci_path_field(const Subject& subject, Findings& findings);
void check_pipe_failure(const Subject& subject, Findings& findings);
void check_pipe_to_shell(const Subject& subject, Findings& findings);
void check_plain_password(const Subject& subject, Findings& findings);
void check_public_image(const Subject& subject, Findings& findings);
void check_reboot_after_join(const Subject& subject, Findings& findings);
void check_reboot_disconnect(const Subject& subject, Findings& findings);
void check_runtime_only(const Subject& subject, Findings& findings);
void check_secret_in_text(const Subject& subject, Findings& findings);
void check_secret_not_sensitive(const Subject& subject, Findings& findings);
void check_sleep_for_boot(const Subject& subject, Findings& findings);
void check_source_ami_and_filter(const Subject& subject, Findings& findings);
void check_sudo_in_user_data(const Subject& subject, Findings& findings);
void check_sysctl_append(const Subject& subject, Findings& findings);
void check_unchecked_download(const Subject& subject, Findings& findings);
void check_unsigned_packages(const Subject& subject, Findings& findings);
void check_volume_left_behind(const Subject& subject, Findings& findings);
void check_wrong_package_manager(const Subject& subject, Findings& findings);

}  // namespace kiln::lint
