# A Kubernetes worker for packet processing: Debian bookworm with a container runtime, DPDK, 1 GiB
# hugepages and CPUs kept free for the data plane. One image boots with UEFI and with BIOS, on EC2
# and in QEMU.
#
#   kiln build examples/dpdk-node/
#   kiln build -var isolated_cpus=2-15 -var hugepages_1g=8 examples/dpdk-node/

packer {
  required_version = ">= 1.6.6"
}

locals {
  # What the kernel is told. The order of the first three matters: a count that stands before any
  # hugepagesz= would be of pages of the default size.
  hugepages = [
    "default_hugepagesz=1G",
    "hugepagesz=1G",
    "hugepages=${var.hugepages_1g}",
  ]

  # No scheduling, no timer tick, no RCU callbacks and no interrupts on the isolated CPUs.
  isolation = [
    "isolcpus=${var.isolated_cpus}",
    "nohz_full=${var.isolated_cpus}",
    "rcu_nocbs=${var.isolated_cpus}",
    "irqaffinity=${var.housekeeping_cpus}",
    "nohz=on",
    "skew_tick=1",
    "tsc=reliable",
    "nosoftlockup",
    "rcupdate.rcu_normal_after_boot=1",
  ]

  # vfio-pci needs an IOMMU where there is one (bare metal); virtual EC2 types have none.
  iommu = ["intel_iommu=on", "iommu=pt"]

  node_packages = [
    "linux-image-cloud-amd64",
    "cloud-init",
    "openssh-server",
    # containers
    "containerd",
    "runc",
    "containernetworking-plugins",
    # packet processing
    "dpdk",
    "ethtool",
    "pciutils",
    # what kubelet expects to find
    "conntrack",
    "ebtables",
    "iproute2",
    "iptables",
    "socat",
  ]
}

source "rootfs" "node" {
  distribution = "debian"
  suite        = "bookworm"
  packages     = concat(local.node_packages, var.extra_packages)

  hostname            = "dpdk-node"
  kernel_command_line = concat(local.hugepages, local.isolation, local.iommu)

  filesystem       = "ext4"
  formats          = ["raw"]
  output_directory = var.output_directory
  image_name       = var.image_name

  # Someone to log in as where no cloud tells cloud-init of a user.
  dynamic "user" {
    for_each = length(var.ssh_authorized_keys) > 0 ? ["node"] : []
    content {
      name                = user.value
      sudo                = true
      ssh_authorized_keys = var.ssh_authorized_keys
    }
  }

  # A second disk, written to an image file of its own:
  #
  # extra_disk {
  #   name        = "images"
  #   size        = "20G"
  #   filesystem  = "xfs"
  #   mount_point = "/var/lib/containerd"
  # }
}

build {
  name    = "dpdk"
  sources = ["source.rootfs.node"]

  # Everything in files/ goes to the same place in the image: the slash at the end of the source
  # means "what is in it".
  provisioner "file" {
    source      = "${path.root}/files/"
    destination = "/"
  }

  provisioner "shell" {
    script = "${path.root}/scripts/containerd.sh"
  }

  # Host keys, machine id, logs and package lists need no step: kiln leaves them out of every image.
  provisioner "shell" {
    script = "${path.root}/scripts/services.sh"
    environment_vars = [
      "ISOLATED_CPUS=${var.isolated_cpus}",
      "HUGEPAGES_1G=${var.hugepages_1g}",
    ]
  }

  # What was made, for programs; and its digest beside it.
  post-processor "manifest" {
    output     = "${var.output_directory}/manifest.json"
    strip_path = true
    strip_time = true
    custom_data = {
      isolated_cpus = var.isolated_cpus
      hugepages_1g  = var.hugepages_1g
    }
  }

  post-processor "checksum" {
    checksum_types = ["sha256"]
    output         = "${var.output_directory}/${var.image_name}.{{.ChecksumType}}"
  }
}
