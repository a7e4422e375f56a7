variable "kubernetes_version" {
  type        = string
  description = "Which EKS node image to begin with: \"1.33\"."
}

variable "source_ami_id" {
  type        = string
  default     = null
  description = "An AMI to begin with instead of the newest one of Amazon."
}

variable "source_ami_owner" {
  type        = string
  default     = "amazon"
  description = "Account whose images are searched."
}

variable "instance_type" {
  type    = string
  default = "m5.xlarge"
}

variable "ami_regions" {
  type        = list(string)
  default     = []
  description = "Regions that the AMI is copied to."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "More tags of the AMI and its snapshots; they win over the template's."
}

variable "ssh_username" {
  type    = string
  default = "ec2-user"
}

variable "ssh_port" {
  type    = number
  default = 22
}

variable "igb_uio_source" {
  type        = string
  default     = ""
  description = "HTTPS address or file of a dpdk-kmods archive (tar); empty builds no igb_uio."
}

variable "igb_uio_sha256" {
  type        = string
  default     = ""
  description = "SHA-256 of that archive."
  validation {
    condition     = var.igb_uio_sha256 == "" || can(regex("^[0-9a-f]{64}$", var.igb_uio_sha256))
    error_message = "The value is not 64 hexadecimal digits."
  }
}

variable "kiln_node" {
  type        = string
  default     = null
  description = "The kiln-node to put into the image; by default the one beside kiln."
}

variable "manifest" {
  type    = string
  default = "xrd-node.json"
}
