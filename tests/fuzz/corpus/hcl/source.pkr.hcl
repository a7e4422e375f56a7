packer {
  required_version = ">= 1.7"
  required_plugins {
    amazon = { version = ">= 1.0.0", source = "github.com/hashicorp/amazon" }
  }
}

variable "tags" {
  type    = map(object({ a = string, b = optional(number, 2) }))
  default = {}
}

locals { name = "node-${formatdate("YYYYMMDD", "2018-01-02T23:12:01Z")}" }

source "amazon-ebs" "base" {
  ami_name = "${local.name}{{timestamp}}"
  dynamic "tag" {
    for_each = { a = 1, b = [2] }
    iterator = it
    content {
      key   = it.key
      value = jsonencode(it.value)
    }
  }
}

build {
  sources = ["source.amazon-ebs.base"]
  provisioner "shell" {
    inline = [
      "echo $${HOME} %%{x}",
      <<-EOT
        a ${~ 1 ~}
        %{ for x in ["p", "q"] ~}
        ${x}
        %{ endfor ~}
      EOT
      ,
    ]
  }
}
