locals { a = [{ b = 1 }][*].c }

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
