# Spec 1.2: a communicator block is accepted and used by nothing.
communicator "ssh" "vagrant" {
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
