#include "lint/testing/lint_fixture.hpp"

#include <gmock/gmock.h>

/// Small templates with the traps of the projects that kiln's users come from, each found at its
/// place: what the rules are for, all at once.
namespace kiln::lint {
namespace {

using testing::ElementsAre;

std::vector<std::string> ids_and_places(
    std::map<std::string, std::string> files, const std::string& path = "."
) {
    const LintFixture fixture(std::move(files), {}, path);
    std::vector<std::string> lines;
    for (const Diagnostic& mistake : fixture.mistakes.list()) {
        lines.push_back("mistake: " + mistake.summary);
    }
    const std::vector<std::string> places = fixture.places();
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::string place = places[i].substr(0, places[i].find(' '));
        lines.push_back(place + " " + std::string(fixture.result.findings[i].rule->id));
    }
    return lines;
}

TEST(LintSeeds, ARouterNodeWithItsOwnModule) {
    EXPECT_THAT(
        ids_and_places(
            {{"./node.pkr.hcl", R"(variable "base" {
  type    = string
  default = null
}
source "amazon-ebs" "node" {
  ami_name      = "router-{{timestamp}}"
  instance_type = "m5.xlarge"
  ssh_username  = "ec2-user"
  source_ami    = var.base
  source_ami_filter {
    filters     = { name = "amazon-eks-node-al2023-x86_64-standard-1.33-*" }
    owners      = ["amazon"]
    most_recent = true
  }
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "file" {
    source      = "${path.root}/files/"
    destination = "/tmp/assets"
  }
  provisioner "shell" {
    script          = "${path.root}/scripts/install.sh"
    env             = { ASSETS = "/tmp/assets" }
    execute_command = "sudo sh -c \"{{ .Vars }} {{ .Path }}\""
  }
}
)"},
             {"./files/node.conf", "net.core.rmem_max=67108864"},
             // Its "|| true" is one of the traps that must be found.
             {"./scripts/install.sh", R"(#!/bin/bash
set -o errexit
dnf install -y git gcc
git clone git://example.org/kmods
git -C kmods checkout --detach 0a1b2c3d
make -C kmods
cp kmods/uio.ko "/lib/modules/$(uname -r)/kernel/drivers/uio"
depmod
curl -L https://example.org/tuner.tar.gz | tar xz
make -C tuner install || true
cat "${ASSETS}/node.conf" >> /etc/sysctl.conf
cp -r "${ASSETS}/etc" /
)"}}
        ),
        ElementsAre(
            "./node.pkr.hcl:9 source-ami-and-filter",
            "./node.pkr.hcl:25 execute-command-vars",
            "./scripts/install.sh:4 git-protocol",
            "./scripts/install.sh:7 module-one-kernel",
            "./scripts/install.sh:9 pipe-failure",
            "./scripts/install.sh:9 unchecked-download",
            "./scripts/install.sh:10 failure-ignored",
            "./scripts/install.sh:11 append-no-newline",
            "./scripts/install.sh:11 sysctl-append"
        )
    );
}

TEST(LintSeeds, AFirstBootThatIsolatesAndJoins) {
    EXPECT_THAT(
        ids_and_places(
            {{"./node.pkr.hcl", R"(source "amazon-ebs" "node" {
  ami_name      = "node"
  ssh_username  = "ec2-user"
  source_ami_filter {
    filters     = { name = "amazon-eks-node-al2023-x86_64-standard-1.33-*" }
    owners      = ["amazon"]
    most_recent = true
  }
  user_data_file = "${path.root}/boot/user-data"
}
build {
  sources = ["amazon-ebs.node"]
}
)"},
             {"./boot/user-data", R"(MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/x-shellscript

#!/bin/bash
set -e
sudo sed -i 's/biosdevname=0/& hugepages=8 hugepagesz=1G/' /etc/default/grub
grub2-mkconfig -o /boot/grub2/grub.cfg
echo 'net.core.rmem_max=4194304' | tee -a /etc/sysctl.conf
echo 6 >/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages
ip link set eth1 up
address=$(ls -l /sys/class/net/eth1 | cut -d/ -f9)
mac=$(dmesg | grep "$address")
/etc/eks/bootstrap.sh cluster --kubelet-extra-args --reserved-cpus=0-3
sleep 20
reboot
--x--
)"}}
        ),
        ElementsAre(
            "./boot/user-data:9 grub-boot-entries",
            "./boot/user-data:9 hugepages-order",
            "./boot/user-data:9 sudo-in-user-data",
            "./boot/user-data:9 grub-sed-anchor",
            "./boot/user-data:11 sysctl-append",
            "./boot/user-data:12 numa-nodes",
            "./boot/user-data:13 eth-names",
            "./boot/user-data:14 eth-names",
            "./boot/user-data:14 pci-path-field",
            "./boot/user-data:15 dmesg-lookup",
            "./boot/user-data:18 reboot-after-join"
        )
    );
}

TEST(LintSeeds, AClusterImageWithAnExtraDisk) {
    EXPECT_THAT(
        ids_and_places(
            {{"./template.json", R"({
  "variables": {"source": "{{env `SOURCE_AMI`}}"},
  "builders": [{
    "type": "amazon-ebs",
    "source_ami": "{{user `source`}}",
    "instance_type": "t2.small",
    "ssh_username": "ec2-user",
    "ami_name": "cluster_{{timestamp}}",
    "launch_block_device_mappings": [{
      "device_name": "/dev/sde",
      "volume_size": 256,
      "delete_on_termination": false
    }]
  }],
  "provisioners": [
    {"type": "file", "source": "{{template_dir}}/history.txt", "destination": "~/history.txt"},
    {"type": "shell", "inline": ["sudo yum update"]},
    {"type": "shell", "script": "./setup/limits.sh"}
  ]
})"},
             {"./setup/limits.sh", R"(#!/bin/bash
sysctl -w vm.max_map_count=262144
echo "elastic memlock unlimited" >> /etc/security/limits.conf
)"},
             {"./build.sh", R"(#!/bin/bash
packer build template.json | tee build.log
grep ami- build.log | tail -1
)"},
             {"./remove.sh", R"(#!/bin/bash
set -e
aws ec2 deregister-image --image-id "$1"
aws ec2 describe-images --image-ids ami-0f00ba4000c0ffee0
)"}},
            "./template.json"
        ),
        ElementsAre(
            "./template.json:12 volume-left-behind",
            "./template.json:16 missing-file",
            "./template.json:17 install-asks",
            "./setup/limits.sh:2 runtime-only",
            "./setup/limits.sh:3 limits-columns",
            "./setup/limits.sh:3 config-append",
            "./build.sh:1 no-errexit",
            "./build.sh:2 lost-exit-status",
            "./remove.sh:3 deregister-snapshots",
            "./remove.sh:4 hard-coded-ami"
        )
    );
}

TEST(LintSeeds, AnImageForEverybody) {
    EXPECT_THAT(
        ids_and_places(
            {{"./packer.json", R"({
  "variables": {"aws_secret_key": "", "ami_groups": "all"},
  "builders": [{
    "name": "ubuntu",
    "type": "amazon-ebs",
    "ami_name": "ubuntu",
    "ssh_username": "ubuntu",
    "secret_key": "{{user `aws_secret_key`}}",
    "ami_groups": "{{user `ami_groups`}}",
    "source_ami_filter": {
      "filters": {"name": "ubuntu/images/*jammy*"},
      "owners": ["099720109477"]
    }
  }],
  "provisioners": [
    {"type": "shell", "inline": ["sleep 30", "yum install -y nginx"]},
    {"type": "shell", "script": "install-tools.sh"},
    {"type": "goss", "tests": ["goss/goss.yaml"]}
  ]
})"}},
            "./packer.json"
        ),
        ElementsAre(
            "./packer.json:2 secret-not-sensitive",
            "./packer.json:9 public-image",
            "./packer.json:11 filter-most-recent",
            "./packer.json:16 sleep-for-boot",
            "./packer.json:16 wrong-package-manager",
            "./packer.json:17 missing-file",
            "./packer.json:18 missing-file"
        )
    );
}

}  // namespace
}  // namespace kiln::lint
