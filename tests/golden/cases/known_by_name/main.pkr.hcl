packer {
  required_plugins {
    amazon = {
      version = ">= 1.2.2"
      source  = "github.com/hashicorp/amazon"
    }
  }
}
data "amazon-ami" "base" {
  filters = { name = "al2023-*" }
  owners  = ["amazon"]
}
source "amazon-ebs" "base" {
  source_ami = data.amazon-ami.base.id
  ami_name   = "x-{{timestamp}}"
}
source "null" "n" {
  communicator = "none"
}
build {
  sources = ["amazon-ebs.base", "null.n"]
  provisioner "ansible" {
    playbook_file = "x.yml"
  }
  provisioner "shell-local" {
    inline = ["echo ${data.amazon-ami.base.id}"]
  }
}
