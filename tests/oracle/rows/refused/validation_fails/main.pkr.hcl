variable "a" {
  default = "x"
  validation {
    condition     = var.a == "y"
    error_message = "It must be y."
  }
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
