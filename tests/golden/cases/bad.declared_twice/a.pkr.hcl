variable "v" { default = 1 }
locals { l = 1 }
source "null" "s" { communicator = "none" }
data "null" "d" { input = "x" }
packer {
  required_plugins {
    amazon = { version = ">= 1", source = "github.com/hashicorp/amazon" }
  }
}
