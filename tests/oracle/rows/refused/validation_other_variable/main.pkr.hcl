variable "b" { default = 1 }
variable "a" {
  default = 1
  validation {
    condition     = var.b == 1
    error_message = "Refers to another."
  }
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
