# Spec 1.4: typed and untyped variables, and what null says.
variable "text" {
  type        = string
  default     = 5
  description = "A number becomes text."
}
variable "number" {
  type    = number
  default = "1.50"
}
variable "truth" {
  type    = bool
  default = "true"
}
variable "list" {
  type    = list(string)
  default = ["a", 1, true]
}
variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "map" {
  type    = map(number)
  default = { b = 1, a = "2" }
}
variable "object" {
  type = object({
    name  = string
    ports = list(number)
  })
  default = { name = "x", ports = ["22"], dropped = true }
}
variable "tuple" {
  type    = tuple([string, number])
  default = [1, "2"]
}
variable "nested" {
  type    = map(list(object({ a = string })))
  default = { x = [{ a = 1 }] }
}
variable "nothing" {
  type    = string
  default = null
}
variable "untyped_null" {
  default = null
}
variable "untyped" {
  default = ["x"]
}
variable "untyped_object" {
  default = { a = 1 }
}
variables {
  short = "x"
  other = [1, 2]
}
variable "environment" {
  default = env("KILN_ORACLE_NO_SUCH_VARIABLE")
}
locals {
  is_null = var.nothing == null
  all     = [var.text, var.number, var.truth, var.list, var.set, var.map, var.object]
}

source "null" "a" {
  communicator = "none"
}

build {
  sources = ["null.a"]
}
