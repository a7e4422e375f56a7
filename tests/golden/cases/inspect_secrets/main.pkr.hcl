variable "password" {
  default   = "hush \"now\""
  sensitive = true
}
variable "empty" {
  default   = ""
  sensitive = true
}
variable "keys" {
  default   = ["key one", { id = "key two", port = 22 }]
  sensitive = true
}
locals {
  command = "echo ${var.password}"
}
source "null" "a" {
  communicator = "none"
}
build {
  name        = "key one"
  description = "Uses ${var.keys[1].id}."
  sources     = ["null.a"]
}
