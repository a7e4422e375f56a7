# AMIs for the worker nodes of a cluster: one with its system disk alone, one with disks of its own besides.
#
#   kiln build -var source_ami=ami-0123456789abcdef0 examples/eks-nodes/
#   kiln build -only='*.plain' -var 'tags={"release": "7", "reason": "t3.medium"}' examples/eks-nodes/

packer {
  required_plugins {
    amazon = {
      version = ">= 1.2.2"
      source  = "github.com/hashicorp/amazon"
    }
  }
}

locals {
  tags = merge({
    Base_AMI_ID   = "{{ .SourceAMI }}"
    Base_AMI_Name = "{{ .SourceAMIName }}"
    Built_In      = "{{ .BuildRegion }}"
  }, var.tags)
}

source "amazon-ebs" "node" {
  instance_type = var.instance_type
  source_ami    = var.source_ami
  ami_regions   = var.ami_regions
  ssh_username  = var.ssh_username
  ssh_port      = var.ssh_port
  # The key of the build is of no use afterwards.
  ssh_clear_authorized_keys = true
  tags                      = local.tags
  snapshot_tags             = local.tags
}

build {
  source "amazon-ebs.node" {
    name     = "plain"
    ami_name = "${var.name}-${formatdate("YYYYMMDDhhmmss", timestamp())}"
  }

  # The volumes are in the AMI's mapping: each node that is launched from it gets its own.
  source "amazon-ebs.node" {
    name     = "disks"
    ami_name = "${var.name}-disks-${formatdate("YYYYMMDDhhmmss", timestamp())}"
    dynamic "launch_block_device_mappings" {
      for_each = var.disks
      content {
        device_name           = launch_block_device_mappings.key
        volume_size           = launch_block_device_mappings.value
        volume_type           = "gp3"
        delete_on_termination = true
      }
    }
  }

  provisioner "file" {
    source      = coalesce(var.history, "${path.root}/history.md")
    destination = "~/history.md"
  }

  provisioner "shell" {
    execute_command = "sudo env {{ .Vars }} sh {{ .Path }}"
    script          = "${path.root}/scripts/search-engine.sh"
  }

  provisioner "shell" {
    inline = ["df -Th / | tail -n 1"]
  }

  post-processor "manifest" {
    output = var.manifest
  }
}
