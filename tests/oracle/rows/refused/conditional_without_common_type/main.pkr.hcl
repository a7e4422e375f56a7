locals { a = true ? [1] : { a = 1 } }

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
