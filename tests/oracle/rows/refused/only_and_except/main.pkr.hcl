source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
  provisioner "shell-local" {
    only   = ["null.a"]
    except = ["null.a"]
    inline = ["true"]
  }
}
