# An AMI for Cisco XRd vRouter on EKS: the EKS node image of Amazon Linux 2023 with igb_uio, and with
# kiln-node in place of TuneD and shell scripts. Hugepages and isolated cores are asked for at launch.
#
#   kiln build -var kubernetes_version=1.33 examples/xrd-node/
#   kiln build -var kubernetes_version=1.33 -var 'tags={"team": "core"}' examples/xrd-node/

packer {
  required_plugins {
    amazon = {
      version = ">= 1.2.2"
      source  = "github.com/hashicorp/amazon"
    }
  }
}

locals {
  name = format("xrd-%s-{{timestamp}}", var.kubernetes_version)

  # The reader of a tag wants to know what the node is made of; your own tags win.
  tags = merge({
    Generated_By       = "kiln"
    Kubernetes_Version = var.kubernetes_version
    Base_AMI_ID        = "{{ .SourceAMI }}"
    Base_AMI_Name      = "{{ .SourceAMIName }}"
  }, var.tags)
}

source "amazon-ebs" "xrd" {
  ami_name      = local.name
  instance_type = var.instance_type
  ami_regions   = var.ami_regions

  # An AMI of your own takes the place of the search: with both, EC2 would want it to match the filter too.
  source_ami = var.source_ami_id
  dynamic "source_ami_filter" {
    for_each = var.source_ami_id == null ? ["amazon-eks-node-al2023-x86_64-standard-${var.kubernetes_version}-*"] : []
    content {
      filters = {
        name                = source_ami_filter.value
        virtualization-type = "hvm"
        root-device-type    = "ebs"
      }
      owners      = [var.source_ami_owner]
      most_recent = true
    }
  }

  ssh_username = var.ssh_username
  ssh_port     = var.ssh_port
  # The key of the build is of no use afterwards.
  ssh_clear_authorized_keys = true

  tags          = local.tags
  snapshot_tags = local.tags
}

build {
  sources = ["amazon-ebs.xrd"]

  provisioner "shell" {
    inline = ["mkdir -p /tmp/worker"]
  }

  # The slash at the end of the source means "what is in it".
  provisioner "file" {
    source      = "${path.root}/files/"
    destination = "/tmp/worker"
  }

  provisioner "shell" {
    execute_command = "sudo env {{ .Vars }} sh {{ .Path }}"
    environment_vars = [
      "FILES=/tmp/worker",
      "IGB_UIO_SOURCE=${var.igb_uio_source}",
      "IGB_UIO_SHA256=${var.igb_uio_sha256}",
    ]
    scripts = [
      "${path.root}/scripts/files.sh",
      "${path.root}/scripts/igb-uio.sh",
    ]
  }

  # Decided on each node, by what its user data asks for: see README.md.
  provisioner "node_tuning" {
    profile   = "${path.root}/profile.yaml"
    kiln_node = var.kiln_node
  }

  post-processor "manifest" {
    output = var.manifest
    custom_data = {
      kubernetes_version = var.kubernetes_version
    }
  }
}
