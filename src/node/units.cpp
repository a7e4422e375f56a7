#include "node/units.hpp"

#include "base/strings.hpp"

namespace kiln::node {

namespace {

const std::string kUnits = "/etc/systemd/system/";

// Without default dependencies, so that it comes before dev-hugepages.mount, which kubelet's
// hugepage volumes and the count it reports depend on. Such a unit is not ordered against the
// target that wants it: Before= says all.
constexpr const char* kEarly = R"(# kiln-node; do not edit
[Unit]
Description=Hugepages and interrupts of the node's tuning
Documentation=man:kiln-node(8)
DefaultDependencies=no
RequiresMountsFor=/etc /var/lib/kiln-node
After=systemd-modules-load.service local-fs.target
Before=dev-hugepages.mount sysinit.target shutdown.target
Conflicts=shutdown.target
ConditionPathExists=/var/lib/kiln-node/applied.json
ConditionKernelCommandLine=!kiln.node=off

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=@BINARY@ apply --early
TimeoutStartSec=120

[Install]
WantedBy=sysinit.target
)";

// It comes before cloud-init too, so that user data runs once, in the boot that is tuned; and so
// it can not have the default dependencies, which come after cloud-init's first stage.
//
// The hold is put before anything that could join the cluster may start, by systemd itself, and
// kiln-node takes it away when the node is proved.
constexpr const char* kMain = R"(# kiln-node; do not edit
[Unit]
Description=Tuning of the node, applied and verified
Documentation=man:kiln-node(8)
DefaultDependencies=no
RequiresMountsFor=/etc /var/lib/kiln-node /boot
After=systemd-udevd.service kiln-node-early.service local-fs.target
Before=cloud-init-local.service nodeadm-config.service nodeadm-run.service kubelet.service
Before=irqbalance.service shutdown.target
Conflicts=shutdown.target
ConditionKernelCommandLine=!kiln.node=off

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=@BINARY@ apply --boot
StandardOutput=journal+console
StandardError=journal+console
TimeoutStartSec=300

[Install]
WantedBy=multi-user.target
)";

constexpr const char* kHold = R"(# kiln-node; do not edit
[Unit]
After=kiln-node.service
ConditionPathExists=!/run/kiln-node/hold
)";

constexpr const char* kTimer = R"(# kiln-node; do not edit
[Unit]
Description=Look for drift of the node's tuning

[Timer]
OnBootSec=5min
OnUnitActiveSec=5min

[Install]
WantedBy=timers.target
)";

constexpr const char* kVerify = R"(# kiln-node; do not edit
[Unit]
Description=Drift of the node's tuning
ConditionPathExists=/var/lib/kiln-node/applied.json

[Service]
Type=oneshot
ExecStart=@BINARY@ verify --format prometheus --output /run/kiln-node/checks.prom
)";

// A NIC that comes later. Nothing but its address is known to the rules: whether the profile wants
// it is decided when it is there, by the same plan as at boot. The names of PCI functions need no
// escaping in a unit's name.
//
// A NIC that stays with the kernel may get its interrupts from a driver that is loaded only after
// that, and some drivers (virtio_net, mlx5) spread them over all CPUs whatever the default is: the
// second rule is for the interface, of which $id is the PCI function. An interface that is renamed,
// as nearly all are, is moved right after it was added, and only what udev says then is kept. Only
// interrupts are moved then: whoever unbinds a NIC by hand makes an interface, and means it.
constexpr const char* kHotplugRules = R"(# kiln-node; do not edit
ACTION=="add", SUBSYSTEM=="pci", ATTR{class}=="0x02*", TAG+="systemd", ENV{SYSTEMD_WANTS}+="kiln-node-bind@$kernel.service"
ACTION=="add|move", SUBSYSTEM=="net", SUBSYSTEMS=="pci", TAG+="systemd", ENV{SYSTEMD_WANTS}+="kiln-node-interrupts@$id.service"
)";

// After the units of the boot: a NIC that was there from the start is bound by then, and nothing is
// left to do. A device may be gone again or not be ready: it is tried a few times.
constexpr const char* kHotplug = R"(# kiln-node; do not edit
[Unit]
Description=@WHAT@ of network device %i
Documentation=man:kiln-node(8)
After=kiln-node.service
Conflicts=shutdown.target
Before=shutdown.target
ConditionPathExists=/var/lib/kiln-node/applied.json
ConditionKernelCommandLine=!kiln.node=off
StartLimitIntervalSec=120
StartLimitBurst=4

[Service]
Type=oneshot
ExecStart=@BINARY@ apply @HOW@
Restart=on-failure
RestartSec=3
TimeoutStartSec=120
)";

std::string hotplug_unit(const std::string& what, const std::string& how) {
    return replace_all(replace_all(kHotplug, "@WHAT@", what), "@HOW@", how);
}

std::string with_binary(const std::string& text, const std::string& binary) {
    return replace_all(text, "@BINARY@", binary);
}

MakeLink enabled(const std::string& target, const std::string& unit) {
    return {kUnits + target + ".wants/" + unit, "../" + unit, "runs in each boot"};
}

}  // namespace

std::vector<NodeAction> unit_actions(const std::string& binary) {
    const std::string hold = "joins the cluster only when tuned";
    return {
        WriteFile{
            kUnits + "kiln-node-early.service",
            with_binary(kEarly, binary),
            0644,
            "hugepages are final before kubelet counts them"},
        WriteFile{
            kUnits + "kiln-node.service",
            with_binary(kMain, binary),
            0644,
            "applies, reboots at most once, verifies"},
        WriteFile{
            kUnits + "kiln-node-bind@.service",
            with_binary(hotplug_unit("Tuning", "--device %i"), binary),
            0644,
            "a NIC that is attached later is bound and checked"},
        WriteFile{
            kUnits + "kiln-node-interrupts@.service",
            with_binary(hotplug_unit("Interrupts", "--interrupts"), binary),
            0644,
            "interrupts of an interface that comes later are moved too"},
        WriteFile{
            "/etc/udev/rules.d/10-kiln-node.rules",
            kHotplugRules,
            0644,
            "starts the units of each NIC that comes"},
        WriteFile{kUnits + "nodeadm-run.service.d/10-kiln-node.conf", kHold, 0644, hold},
        WriteFile{kUnits + "kubelet.service.d/10-kiln-node.conf", kHold, 0644, hold},
        enabled("sysinit.target", "kiln-node-early.service"),
        enabled("multi-user.target", "kiln-node.service"),
    };
}

std::vector<NodeAction> watch_unit_actions(const std::string& binary) {
    return {
        WriteFile{kUnits + "kiln-node-verify.timer", kTimer, 0644, "drift is seen"},
        WriteFile{
            kUnits + "kiln-node-verify.service",
            with_binary(kVerify, binary),
            0644,
            "drift is seen"},
        enabled("timers.target", "kiln-node-verify.timer"),
    };
}

}  // namespace kiln::node
