variables { v = 2 }
local "l" { expression = 2 }
source "null" "s" { communicator = "none" }
data "null" "d" { input = "y" }
packer {
  required_plugins {
    amazon = { version = ">= 2", source = "github.com/hashicorp/amazon" }
  }
}
build {
  sources = ["null.s"]
}
