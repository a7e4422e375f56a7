packer {
  required_plugins {
    amazon = {
      version = ">= 1.2.2"
      source  = "github.com/hashicorp/amazon"
    }
    orka = {
      version = ">= 2.3"
      source  = "github.com/macstadium/orka"
    }
  }
}
data "amazon-ami" "base" {
  filters = { name = "al2023-*" }
  owners  = ["amazon"]
}
source "amazon-ebs" "base" {
  source_ami    = data.amazon-ami.base.id
  ami_name      = "x-{{ clean_resource_name `a:b` }}"
  instance_type = "m5.large"
  ssh_username  = "ec2-user"
  access_key    = "AKIAEXAMPLE"
  secret_key    = "hidden"
  tags          = { Base = "{{ .SourceAMI }}" }
  tag {
    key   = "Name"
    value = "{{ .SourceAMIName }}"
  }
  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_size           = 20
    volume_type           = "gp3"
    delete_on_termination = true
  }
}
source "azure-arm" "base" {
  location = "West Europe"
}
source "macstadium-orka" "unknown" {}
source "orka" "base" {
  image = "x"
}
source "null" "n" {
  communicator = "none"
}
source "null" "ssh" {
  ssh_host       = "192.0.2.1"
  ssh_username   = "root"
  ssh_agent_auth = true
}
build {
  sources = ["amazon-ebs.base", "azure-arm.base", "orka.base", "null.n", "null.ssh"]
  provisioner "ansible" {
    playbook_file = "play.yml"
    only          = ["null.n"]
  }
  provisioner "shell-local" {
    inline = ["echo ${data.amazon-ami.base.id}"]
  }
}
