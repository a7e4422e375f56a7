variable "a" {
  default = 1
  validation {
    condition     = var.a == 1
    error_message = "No sentence"
  }
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
