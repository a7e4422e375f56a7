packer {
  required_version = ">= 1.7"
}
variable "size" {
  type    = number
  default = "big"
}
variable "unset" {}
locals {
  a = local.b
  b = local.a
  c = upper(var.unset, 1)
  d = var.sizee
}
source "null" "base" {
  comunicator = "none"
}
build {
  sources = ["null.bas", "null.base"]
  provisioner "shel" {
    inline = ["x"]
  }
  provisioner "shell" {
    inline           = "not a list"
    environment_vars = ["NAME"]
    timeout          = "soon"
    env {
      A = "b"
    }
  }
  provisioner "shell" {
    script = "missing.sh"
    inline = ["x"]
  }
  provisioner "shell" {
    inline = ["docker inspect -f '{{foo}}'", "${build.Nothing}"]
  }
  provisioner "file" {
    direction   = "sideways"
    source      = "nowhere.txt"
  }
  post-processors {
    post-processor "checksum" {
      checksum_types = ["md6"]
    }
    manifest {}
  }
  post-processor "ansible" {}
}
