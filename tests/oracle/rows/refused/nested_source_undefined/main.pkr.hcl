source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
  source "null.b" {
    name = "x"
  }
}
