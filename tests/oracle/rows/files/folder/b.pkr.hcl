locals {
  elsewhere = "from b"
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["source.null.a", "null.json"]
}
