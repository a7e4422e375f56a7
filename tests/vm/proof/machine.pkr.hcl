# The machine of the proofs: Debian with the kernel for all machines, testpmd, and kiln-node beside
# them, untuned. Small, so that it starts quickly under emulation.

variable "output_directory" {
  type = string
}

variable "kiln_node" {
  type = string
}

source "rootfs" "machine" {
  distribution = "debian"
  suite        = "bookworm"
  kernel       = "linux-image-amd64"
  packages = [
    "iproute2",
    "systemd-boot-efi",
    # testpmd, and the drivers it needs for the devices of QEMU
    "dpdk-dev",
    "librte-net-e1000-23",
    "librte-net-virtio23",
    # rebuilds unified kernel images
    "binutils",
  ]
  # Under emulation on a busy host the kernel may find its timer too slow, and would stop. And QEMU translates a program
  # again for each address that it runs at.
  kernel_command_line = ["no_timer_check", "norandmaps"]
  hostname            = "machine"
  formats             = ["raw"]
  output_directory    = var.output_directory
  image_name          = "machine"
}

build {
  sources = ["source.rootfs.machine"]

  provisioner "file" {
    source      = var.kiln_node
    destination = "/usr/sbin/kiln-node"
  }

  # An initramfs with every driver takes seconds to unpack under emulation.
  provisioner "shell" {
    inline = [
      "chmod 755 /usr/sbin/kiln-node",
      "sed -i 's/^MODULES=.*/MODULES=list/' /etc/initramfs-tools/initramfs.conf",
      "printf '%s\\n' virtio_pci virtio_blk ext4 >>/etc/initramfs-tools/modules",
      "update-initramfs -u -k all",
      # A busy host makes devices come late.
      "mkdir -p /etc/systemd/system.conf.d",
      "printf '[Manager]\\nDefaultDeviceTimeoutSec=900\\nDefaultTimeoutStartSec=900\\n' >/etc/systemd/system.conf.d/10-slow.conf",
      "systemctl mask e2scrub_reap.service systemd-networkd-wait-online.service",
    ]
  }
}
