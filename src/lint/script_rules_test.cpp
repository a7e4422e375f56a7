#include "lint/testing/lint_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::lint {
namespace {

struct ScriptCase {
    const char* rule;
    const char* script;
    std::vector<std::string> found;  ///< "LINE text under the caret"
};

// A build of an image that nothing is known of, with one script.
std::map<std::string, std::string> with_script(const std::string& script) {
    return {
        {"./t.pkr.hcl",
         "source \"null\" \"x\" { communicator = \"none\" }\n"
         "build {\n  sources = [\"null.x\"]\n"
         "  provisioner \"shell\" { script = \"./s.sh\" }\n}\n"},
        {"./s.sh", script}};
}

const ScriptCase kCases[] = {
    {"sysctl-append", "cat a >> /etc/sysctl.conf", {"1 /etc/sysctl.conf"}},
    {"sysctl-append", "cat a | sudo tee -a /etc/sysctl.conf", {"1 /etc/sysctl.conf"}},
    {"sysctl-append", "sudo sh -c 'echo x >> /etc/sysctl.conf'", {"1 /etc/sysctl.conf"}},
    {"sysctl-append", "{ echo x\necho y; } >>/etc/sysctl.d/9-x.conf", {"2 /etc/sysctl.d/9-x.conf"}},
    {"sysctl-append", "# cat a >> /etc/sysctl.conf\necho '>> /etc/sysctl.conf'", {}},
    {"sysctl-append", "cat <<E >/tmp/x\necho >> /etc/sysctl.conf\nE\n", {}},
    {"sysctl-append", "grep -q x /etc/sysctl.conf || echo x >>/etc/sysctl.conf", {}},
    {"sysctl-append", "if ! grep -q x /etc/sysctl.conf; then\n echo x >>/etc/sysctl.conf\nfi", {}},
    {"sysctl-append", ": >/etc/sysctl.conf\necho x >>/etc/sysctl.conf", {}},
    {"sysctl-append", "sed -i /x/d /etc/sysctl.conf\necho x >>/etc/sysctl.conf", {}},
    {"sysctl-append", "echo x >/etc/sysctl.conf; tee /etc/sysctl.conf <y", {}},
    {"config-append", "echo vfio >>/etc/modules", {"1 /etc/modules"}},
    {"config-append", "echo x >>/etc/sysctl.conf; echo x >>/tmp/etc; echo >>$HOME/.bashrc", {}},
    {"config-append", "echo 'a >> b' >>/var/log/x; cat </etc/modules", {}},
    {"append-no-newline", "printf 'a=1' >>/etc/x", {"1 'a=1'"}},
    {"append-no-newline", "echo -n a | tee -a /etc/x", {"1 -n"}},
    {"append-no-newline", "printf 'a=1\\n' >>/etc/x; printf \"$x\" >>/etc/x; echo a >>/etc/x", {}},
    {"append-no-newline", "printf 'a=1' >/etc/x; printf a >>/tmp/x", {}},
    {"git-protocol", "git clone git://h/x.git", {"1 git://h/x.git"}},
    {"git-protocol", "git config --global url.https://.insteadOf git://", {}},
    {"git-protocol", "git clone https://h/x; echo git://h", {}},
    {"git-unpinned", "git clone --depth 1 https://h/x", {"1 git"}},
    {"git-unpinned", "git clone -b main git@h:x", {"1 git"}},
    {"git-unpinned", "git clone https://h/x\ncd x\ngit checkout --detach e0f1c5d9", {}},
    {"git-unpinned", "git clone --branch v1.2 https://h/x; git clone /srv/x; git status", {}},
    {"unchecked-download", "curl -fLo x https://h/x", {"1 https://h/x"}},
    {"unchecked-download", "wget https://h/x", {"1 https://h/x"}},
    {"unchecked-download", "curl -s https://h/x.tgz | tar xz", {"1 https://h/x.tgz"}},
    {"unchecked-download", "curl https://h/x > /opt/x", {"1 https://h/x"}},
    {"unchecked-download", "yum install -y https://h/x.rpm", {"1 https://h/x.rpm"}},
    {"unchecked-download", "curl -o x https://h/x\necho D x | sha256sum -c", {}},
    {"unchecked-download", "curl https://h/x | jq .a; wget -qO- https://h/x | jq .", {}},
    {"unchecked-download", "curl -o t http://169.254.169.254/latest/api/token", {}},
    {"unchecked-download", "curl -o /dev/null https://h/x; wget https://h/x.asc", {}},
    {"unchecked-download", "curl -o /etc/yum.repos.d/x.repo https://h/x.repo", {}},
    {"pipe-to-shell", "curl -sSL https://h/i.sh | sudo -E bash -", {"1 bash"}},
    {"pipe-to-shell", "bash <(curl -s https://h/i.sh)", {"1 bash"}},
    {"pipe-to-shell", "sh -c \"$(curl -s https://h/i.sh)\"", {"1 sh"}},
    {"pipe-to-shell", "curl https://h/x | python3 -c 'import json'", {}},
    {"pipe-to-shell", "curl https://h/x | sh ./filter.sh; cat x | bash", {}},
    {"insecure-transport", "curl -skL https://h/x", {"1 curl"}},
    {"insecure-transport", "wget --no-check-certificate https://h/x", {"1 wget"}},
    {"insecure-transport", "wget http://h/x", {"1 http://h/x"}},
    {"insecure-transport", "curl -Lo/tmp/kubectl https://h/x; curl --key k https://h", {}},
    {"insecure-transport", "wget http://h/x; sha256sum -c x.sums; curl http://h/ping", {}},
    {"unsigned-packages", "dnf install -y --nogpgcheck x", {"1 --nogpgcheck"}},
    {"unsigned-packages", "cat <<E >/etc/yum.repos.d/x\n[x]\ngpgcheck=0\nE", {"1 cat"}},
    {"unsigned-packages", "cat <<E >x\ngpgcheck=1\nrepo_gpgcheck=0\nE\necho --nogpg", {}},
    {"apt-no-update", "apt-get install -y x", {"1 apt-get"}},
    {"apt-no-update", "sudo apt update && sudo apt install -y x", {}},
    {"apt-no-update", "apt-get install -y ./x.deb; apt-get remove -y y", {}},
    {"apt-noninteractive",
     "apt-get update\napt-get install -y x\napt-get install y",
     {"2 apt-get"}},
    {"apt-noninteractive", "export DEBIAN_FRONTEND=noninteractive\napt-get install -y x", {}},
    {"apt-noninteractive", "apt-get update; apt-cache search x", {}},
    {"install-asks", "yum install x\nsudo dnf upgrade", {"1 yum", "2 dnf"}},
    {"install-asks", "apt-get install x", {"1 apt-get"}},
    {"install-asks", "yum -y install x; dnf list x; apt-get -qq install x; apt-get update", {}},
    {"install-asks", "yes | apt-get install x; apt-get -s upgrade; yum install -qy x", {}},
    {"package-typo", "yum install -y a numactl-deve", {"1 numactl-deve"}},
    {"package-typo",
     "yum install -y kernel-devel kernel-headers x-dev utils-level; echo a-deve",
     {}},
    {"no-errexit", "#!/bin/bash\na\nb", {"1 #!/bin/bash"}},
    {"no-errexit", "#!/bin/bash\nset -eu\na\nb", {}},
    {"no-errexit", "#!/bin/bash -e\na\nb", {}},
    {"no-errexit", "#!/bin/bash\nset -o errexit\na\nb", {}},
    {"no-errexit", "#!/bin/bash\necho a\nexport b=1\na && b", {}},
    {"no-errexit", "#!/usr/bin/python3\na\nb", {}},
    {"pipe-failure", "set -e\ncurl -f h | tar x\nv=$(aws x | jq .)", {"2 curl", "3 aws"}},
    {"pipe-failure", "set -eo pipefail\ncurl -f h | tar x", {}},
    {"pipe-failure", "curl -f h | tar x", {}},  // no-errexit says it
    {"pipe-failure", "set -e\necho a | tar x\nif curl h | grep -q x; then a; fi", {}},
    {"lost-exit-status", "packer build x.json | tee log", {"1 packer"}},
    {"lost-exit-status", "kiln build . 2>&1 | grep ami", {"1 kiln"}},
    {"lost-exit-status", "set -o pipefail\npacker build . | tee log", {}},
    {"lost-exit-status", "packer build . | tee log\nexit ${PIPESTATUS[0]}", {}},
    {"lost-exit-status",
     "packer build . >log; packer version | head -1; echo | packer build -",
     {}},
    // The trap itself is the input: a failure that "|| true" hides.
    {"failure-ignored", "make install || true\nyum install -y x || :", {"1 make", "2 yum"}},
    {"failure-ignored", "rm x || true; make || exit 1; apt-get purge x || true; true", {}},
    {"reboot-disconnect", "sudo systemctl reboot", {"1 systemctl"}},
    {"reboot-disconnect", "shutdown -r now", {"1 shutdown"}},
    {"reboot-disconnect", "shutdown -r +1; echo reboot; systemctl restart x; shutdown -c", {}},
    {"hugepages-order",
     "grubby --args 'hugepages=6 hugepagesz=1G'",
     {"1 grubby --args 'hugepages=6 hugepagesz=1G'"}},
    {"hugepages-order", "grubby --args 'hugepagesz=1G hugepages=6'; x hugepages=6", {}},
    {"hugepages-order",
     "x 'default_hugepagesz=1G hugepagesz=1G hugepages=6 hugepagesz=2M hugepages=1'",
     {}},
    {"cpu-sets", "x isolcpus=2-5 nohz_full=2-4", {"1 x isolcpus=2-5 nohz_full=2-4"}},
    {"cpu-sets", "x isolcpus=2-5 irqaffinity=0-2", {"1 x isolcpus=2-5 irqaffinity=0-2"}},
    {"cpu-sets", "x isolcpus=managed_irq,domain,2,3 nohz_full=2-3 irqaffinity=0,1", {}},
    {"cpu-sets", "x isolcpus=$C nohz_full=2-4; y irqaffinity=2", {}},
    {"module-one-kernel",
     "cp a.ko /lib/modules/$(uname -r)/extra/",
     {"1 /lib/modules/$(uname -r)/extra/"}},
    {"module-one-kernel", "ls /lib/modules/$(uname -r)", {}},
    {"module-one-kernel", "dkms install x\ncp a.ko /lib/modules/$(uname -r)/", {}},
    {"grub-not-regenerated",
     "sed -i s/a/b/ /etc/default/grub",
     {"1 sed -i s/a/b/ /etc/default/grub"}},
    {"grub-not-regenerated",
     "echo x >/etc/default/grub.d/x.cfg",
     {"1 echo x >/etc/default/grub.d/x.cfg"}},
    {"grub-not-regenerated", "sed -i s/a/b/ /etc/default/grub\nupdate-grub", {}},
    {"grub-not-regenerated", "sed s/a/b/ /etc/default/grub; cat /etc/default/grub", {}},
    {"grub-sed-anchor",
     "sed -i 's/biosdevname=0/& a/' /etc/default/grub",
     {"1 's/biosdevname=0/& a/'"}},
    {"grub-sed-anchor", "sed -i 's/^GRUB_TIMEOUT=.*/GRUB_TIMEOUT=0/' /etc/default/grub", {}},
    {"grubby-only", "grubby --update-kernel ALL --args a", {"1 grubby"}},
    {"grubby-only", "grubby --info ALL", {}},
    {"runtime-only", "sysctl -w vm.x=1\necho 1 >/proc/sys/vm/y", {"1 vm.x=1", "2 /proc/sys/vm/y"}},
    {"runtime-only",
     "sysctl -w vm.x=1\necho vm.x=1 >/etc/sysctl.d/x.conf; sysctl -p; sysctl vm.y",
     {}},
    {"numa-nodes",
     "echo 6 >/sys/devices/system/node/node0/hugepages/nr",
     {"1 /sys/devices/system/node/node0/hugepages/nr"}},
    {"numa-nodes", "echo 6 >$node/hugepages/nr; cat /sys/devices/system/node/node0/x", {}},
    {"limits-columns",
     "echo 'elastic memlock unlimited' >>/etc/security/limits.conf",
     {"1 echo 'elastic memlock unlimited' >>/etc/security/limits.conf"}},
    {"limits-columns",
     "cat <<E >/etc/security/limits.d/x\n* soft nofile 9\n* hard x 9\nE",
     {"1 cat <<E >/etc/security/limits.d/x"}},
    {"limits-columns", "echo '* - nofile 9' >/etc/security/limits.d/x; echo 'a b c' >x", {}},
    {"dmesg-lookup", "m=$(dmesg | grep x)", {"1 dmesg"}},
    {"dmesg-lookup", "dmesg | tail; dmesg >log", {}},
    {"pci-path-field", "ls -l /sys/class/net/eth1 | cut -d/ -f9", {"1 cut"}},
    {"pci-path-field", "readlink /sys/class/net/e/device; a | cut -d/ -f9", {}},
    {"hard-coded-ami", "x --image-id ami-0123456789abcdef0", {"1 ami-0123456789abcdef0"}},
    {"hard-coded-ami", "x ami-name ami-dead xami-01234567", {}},
    {"deregister-snapshots", "aws ec2 deregister-image --image-id $A", {"1 aws"}},
    {"deregister-snapshots", "aws x --query BlockDeviceMappings\naws ec2 deregister-image", {}},
};

TEST(ScriptRules, FindTrapsAndLeaveNearMissesAlone) {
    for (const ScriptCase& c : kCases) {
        SCOPED_TRACE(std::string(c.rule) + ": " + c.script);
        std::vector<std::string> wanted;
        for (const std::string& place : c.found) {
            wanted.push_back("./s.sh:" + place);
        }
        EXPECT_EQ(places_of(c.rule, with_script(c.script)), wanted);
    }
}

}  // namespace
}  // namespace kiln::lint
