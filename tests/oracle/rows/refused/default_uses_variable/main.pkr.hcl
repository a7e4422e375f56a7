variable "a" { default = 1 }
variable "b" { default = var.a }

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
