# A machine of the other kind: UEFI with variables of its own, a TPM, a SCSI disk that is a difference to the image, a CD
# of files, a floppy disk.

variable "image" {
  type = string
}

source "qemu" "paths" {
  disk_image       = true
  iso_url          = var.image
  iso_checksum     = "none"
  use_backing_file = true
  skip_compaction  = true
  accelerator      = "tcg"
  disk_size        = "3G"
  disk_interface   = "virtio-scsi"
  cdrom_interface  = "virtio-scsi"
  memory           = 768
  headless         = true
  efi_boot         = true
  vtpm             = true
  cd_label         = "files"
  cd_files         = ["given/*"]
  floppy_label     = "answers"
  floppy_content   = { "answers.txt" = "no question" }
  # A floppy disk needs a driver that this kernel has not: the controller is there, and the machine boots with it.
  ssh_username     = "root"
  ssh_password     = "kiln-guest"
  ssh_timeout      = "12m"
  shutdown_command = "systemctl poweroff"
  output_directory = "paths"
}

build {
  sources = ["source.qemu.paths"]

  provisioner "shell" {
    inline = [
      "test -d /sys/firmware/efi",
      "test -e /sys/class/tpm/tpm0",
      "test \"$(cat /sys/class/tpm/tpm0/tpm_version_major)\" = 2",
      "test -e /sys/block/sda && ! test -e /sys/block/vda",
      "test $(($(cat /sys/block/sda/size) / 2048)) = 3072",
      "modprobe -a sr_mod isofs && udevadm settle",
      "mount -o ro LABEL=files /mnt",
      "test \"$(cat /mnt/one)\" = first && test \"$(cat /mnt/folder/two)\" = second",
      "umount /mnt",
      "grep -l . /sys/bus/acpi/devices/PNP0700*/path",
      "echo shaped >/shaped && sync",
    ]
  }

  # A booted system, on which services run and start.
  provisioner "ansible" {
    playbook_file = "${path.root}/guest.yml"
  }

  provisioner "goss" {
    tests     = ["${path.root}/guest.goss.yaml"]
    goss_file = "guest.goss.yaml"
  }
}
