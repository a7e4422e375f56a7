# Spec 1.9: dynamic blocks, with labels, an iterator and a collection of each kind.
locals {
  commands = ["true", "exit 0"]
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]

  dynamic "provisioner" {
    for_each = local.commands
    labels   = ["shell-local"]
    iterator = command
    content {
      inline = ["${command.key} ${command.value}"]
    }
  }
  dynamic "post-processor" {
    for_each = { a = 1 }
    labels   = ["manifest"]
    content {
      output = "${path.root}/manifest.json"
    }
  }
}
