locals { a = "x${null}" }

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
