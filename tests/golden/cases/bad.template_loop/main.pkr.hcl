locals {
  text = templatefile("loop.tpl", { name = "x" })
}
