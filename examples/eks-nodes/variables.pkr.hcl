variable "name" {
  type    = string
  default = "eks-node"
}

variable "source_ami" {
  type        = string
  default     = env("SOURCE_AMI")
  description = "The AMI to begin with, for instance what /aws/service/eks/optimized-ami names."
}

variable "instance_type" {
  type    = string
  default = "t3.medium"
}

variable "ami_regions" {
  type    = list(string)
  default = []
}

variable "disks" {
  type        = map(number)
  default     = { "/dev/sde" = 256 }
  description = "More volumes: device name, size in GiB."
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "history" {
  type        = string
  default     = null
  description = "What the image carries of its own history; by default history.md beside the template."
}

variable "ssh_username" {
  type    = string
  default = "ec2-user"
}

variable "ssh_port" {
  type    = number
  default = 22
}

variable "manifest" {
  type    = string
  default = "eks-nodes.json"
}
