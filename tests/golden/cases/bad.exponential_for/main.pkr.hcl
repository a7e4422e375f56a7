locals {
  n    = range(1000)
  all  = [for a in local.n : [for b in local.n : [for c in local.n : "${a}${b}${c}"]]]
  list = ["0123456789", "0123456789"]
  two  = { for i in range(1000) : i => { for j in range(500) : j => local.list } }
}
