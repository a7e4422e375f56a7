locals { a = "x${[1]}" }

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
