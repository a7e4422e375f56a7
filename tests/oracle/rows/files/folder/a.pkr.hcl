# Spec 1.1: the files of a folder are one template; automatic files win by name, JSON ones over HCL.
variable "a" { default = "default" }
variable "b" { default = "default" }
variable "c" { default = "default" }
variable "d" { default = "default" }
locals {
  joined = "${var.a} ${var.b} ${var.c} ${var.d} ${local.elsewhere}"
}
