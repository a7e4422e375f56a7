source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
  provisioner {
    inline = ["true"]
  }
}
