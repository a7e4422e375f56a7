locals {
  a = [[1]]
  b = local.a.0.0
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
