source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
  provisioner "shell-local" {
    max_retries = "many"
    inline      = ["true"]
  }
}
