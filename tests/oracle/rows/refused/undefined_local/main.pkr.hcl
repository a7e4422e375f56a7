locals { a = local.b }

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
