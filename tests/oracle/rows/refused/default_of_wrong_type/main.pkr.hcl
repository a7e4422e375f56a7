variable "a" {
  type    = list(string)
  default = "a"
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
