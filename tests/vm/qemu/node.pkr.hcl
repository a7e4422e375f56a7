# What qemu_builder.py builds: the guest of tests/vm/guest, logged in to with the temporary key that is on its CD.

variable "image" {
  type = string
}

variable "accelerator" {
  type    = string
  default = "tcg"
}

variable "ports" {
  type    = list(number)
  default = [2222, 4444]
}

variable "last" {
  type    = string
  default = "echo last >/last"
}

variable "checksum" {
  type    = string
  default = "none"
}

source "qemu" "node" {
  disk_image       = true
  iso_url          = var.image
  iso_checksum     = var.checksum
  accelerator      = var.accelerator
  disk_size        = "3G"
  headless         = true
  vnc_use_password = true
  host_port_min    = var.ports[0]
  host_port_max    = var.ports[1]
  cd_label         = "cidata"
  cd_content = {
    "meta-data" = "instance-id: node\n"
    "user-data" = "#cloud-config\nssh_authorized_keys:\n  - {{ .SSHPublicKey }}\n"
  }
  http_content = {
    "/greeting" = "served to {{ .Name }}"
  }
  # The guest listens when it has come so far.
  boot_wait         = "10s"
  boot_key_interval = "20ms"
  boot_command      = [for i in range(12) : "<wait4s>Hello World!~ {{ .HTTPIP }}<enter>"]
  ssh_username      = "root"
  ssh_timeout       = "8m"
  shutdown_command  = "systemctl poweroff"
  output_directory  = "out"
}

build {
  sources = ["source.qemu.node"]

  provisioner "shell" {
    inline = [
      "grep -qx 'Hello World!~ 10.0.2.2' /root/typed",
      "bash -c 'exec 3<>/dev/tcp/$${PACKER_HTTP_ADDR/://}; printf \"GET /greeting HTTP/1.1\\r\\n\\r\\n\" >&3; cat <&3' >/fetched",
      "grep -q 'served to packer-node' /fetched",
    ]
  }

  provisioner "file" {
    content     = "from a file"
    destination = "/file"
  }

  provisioner "shell" {
    inline = [var.last]
  }
}
