locals {
  power = 1e1000000000
}
