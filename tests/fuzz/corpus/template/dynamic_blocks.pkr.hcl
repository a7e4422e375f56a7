variable "users" {
  default = {
    ada   = ["sudo"]
    grace = []
  }
}
source "rootfs" "node" {
  output_directory = "out"
  dynamic "user" {
    for_each = var.users
    content {
      name   = user.key
      groups = user.value
    }
  }
}
build {
  sources = ["rootfs.node"]
  dynamic "provisioner" {
    for_each = ["first", "second"]
    iterator = step
    labels   = ["shell"]
    content {
      name   = step.value
      inline = ["echo ${step.key}: ${step.value} on ${build.ID}"]
    }
  }
}
