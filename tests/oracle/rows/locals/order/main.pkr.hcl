# Spec 1.5: locals see one another whatever their order.
locals {
  c = "${local.b}!"
}
locals {
  a = var.x + 1
  b = [for i in range(local.a) : "n${i}"][1]
}
variable "x" { default = 2 }
