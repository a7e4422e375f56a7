# The machine that builder "qemu" is tried with: Debian with an SSH server. It starts quickly under emulation, takes
# keys for root from a CD labelled "cidata" (as cloud-init does with NoCloud), and keeps what is typed at its console.

variable "output_directory" {
  type = string
}

# Every test's image gets kiln-node from its script; this one has no use for it.
variable "kiln_node" {
  type    = string
  default = ""
}

source "rootfs" "guest" {
  distribution        = "debian"
  suite               = "bookworm"
  kernel              = "linux-image-cloud-amd64"
  packages            = ["openssh-server", "iproute2", "python3"]
  kernel_command_line = ["no_timer_check", "norandmaps", "console=tty0", "console=ttyS0"]
  hostname            = "guest"
  formats             = ["qcow2"]
  output_directory    = var.output_directory
  image_name          = "guest"
}

build {
  sources = ["source.rootfs.guest"]

  provisioner "file" {
    source      = "${path.root}/guest-setup"
    destination = "/usr/local/sbin/guest-setup"
  }

  provisioner "shell" {
    inline = [
      "chmod 755 /usr/local/sbin/guest-setup",
      # An initramfs with every driver takes seconds to unpack under emulation.
      "sed -i 's/^MODULES=.*/MODULES=list/' /etc/initramfs-tools/initramfs.conf",
      "printf '%s\\n' virtio_pci virtio_blk virtio_scsi sd_mod ext4 >>/etc/initramfs-tools/modules",
      "update-initramfs -u -k all",
      "sed -i 's/^GRUB_TIMEOUT=.*/GRUB_TIMEOUT=0/' /etc/default/grub",
      # Without a password for the right user nobody gets in; RSA keys take half a minute to make under emulation.
      "printf '%s\\n' 'HostKey /etc/ssh/ssh_host_ed25519_key' 'PermitRootLogin yes' 'UseDNS no' >/etc/ssh/sshd_config.d/guest.conf",
      "printf 'root:kiln-guest\\n' | chpasswd",
      "printf '%s\\n' '[Unit]' 'Before=ssh.service' '[Service]' 'Type=oneshot' 'ExecStart=/usr/local/sbin/guest-setup' '[Install]' 'WantedBy=multi-user.target' >/etc/systemd/system/guest-setup.service",
      "printf '%s\\n' '[Service]' 'ExecStart=/bin/sh -c \"exec cat </dev/tty1 >>/root/typed\"' '[Install]' 'WantedBy=multi-user.target' >/etc/systemd/system/guest-typed.service",
      "systemctl enable guest-setup.service guest-typed.service",
      "mkdir -p /etc/systemd/system.conf.d",
      "printf '[Manager]\\nDefaultDeviceTimeoutSec=900\\nDefaultTimeoutStartSec=900\\n' >/etc/systemd/system.conf.d/10-slow.conf",
      "systemctl mask e2scrub_reap.service e2scrub_all.timer systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer getty@tty1.service systemd-timesyncd.service",
    ]
  }
}
