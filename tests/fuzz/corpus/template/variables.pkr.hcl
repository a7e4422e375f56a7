variable "kubernetes_version" {
  type = string
  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+$", var.kubernetes_version))
    error_message = "The version is MAJOR.MINOR."
  }
}
variable "tags" {
  type    = map(string)
  default = {}
}
variable "token" {
  type      = string
  sensitive = true
}
variable "source_image" {
  type    = string
  default = null
}
variables {
  sizes = ["small", "large"]
}
locals {
  all_tags = merge({ Generated_By = "kiln" }, var.tags)
}
source "file" "out" {
  source  = var.source_image
  target  = "out-${var.kubernetes_version}-{{timestamp}}"
  content = jsonencode(local.all_tags)
}
build {
  sources = ["file.out"]
  provisioner "shell-local" {
    inline = ["login --token ${var.token}", "echo ${join(" ", var.sizes)}"]
  }
}
