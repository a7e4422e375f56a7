locals { a = env("HOME") }

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
