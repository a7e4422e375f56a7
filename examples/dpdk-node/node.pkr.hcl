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
    # packet processing: dpdk-devbind.py and dpdk-hugepages.py; data planes bring the library and its
    # drivers in their containers. To try a NIC on the node itself, dpdk-testpmd is in dpdk-dev.
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

  hostname = "dpdk-node"

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

  # Hugepages, isolated CPUs, interrupts and settings: kiln-node puts what is known now into the image,
  # and in each boot sees to the rest, verifies, and lets kubelet start.
  provisioner "node_tuning" {
    isolated_cores      = var.isolated_cpus
    housekeeping_cores  = var.housekeeping_cpus
    hugepages_gb        = var.hugepages_1g
    hugepages_node      = "any"
    kernel_command_line = local.iommu
    modules             = ["vfio-pci"]
    kiln_node           = var.kiln_node
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
