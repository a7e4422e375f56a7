# The image of node.pkr.hcl, booted: fetched over HTTP, logged in to with a password, onto a raw disk and a second one.

variable "server" {
  type = string
}

source "qemu" "again" {
  disk_image           = true
  iso_url              = "${var.server}/node.qcow2"
  iso_checksum         = "file:${var.server}/SHA256SUMS"
  accelerator          = "tcg"
  disk_size            = "3200M"
  disk_additional_size = ["64M"]
  format               = "raw"
  headless             = true
  qemuargs             = [["-m", "768M"]]
  ssh_username         = "root"
  ssh_password         = "kiln-guest"
  ssh_timeout          = "5m"
  output_directory     = "again"
  vm_name              = "again.raw"
}

build {
  sources = ["source.qemu.again"]

  provisioner "shell" {
    inline = [
      "test \"$(cat /file)\" = 'from a file'",
      "test \"$(cat /last)\" = changed",
      # The temporary key is gone, the one of the CD is not there.
      "! grep -q ssh- /root/.ssh/authorized_keys",
      "test $(($(cat /sys/block/vda/size) / 2048)) = 3200",
      "test $(($(cat /sys/block/vdb/size) / 2048)) = 64",
      "test $(($(grep MemTotal /proc/meminfo | tr -dc 0-9) / 1024)) -gt 600",
      "printf kept >/dev/vdb",
    ]
  }
}
