locals {
  first  = "${local.second}-x"
  second = [for v in local.third : v]
}
local "third" {
  expression = { a = local.first }
}
locals {
  itself = local.itself
  user   = local.first
}
