# Set with -var name=value, with -var-file=lab.pkrvars.hcl, or in a file *.auto.pkrvars.hcl here.

variable "isolated_cpus" {
  type        = string
  default     = "2-3"
  description = "CPUs for the data plane, as a kernel CPU list; never CPU 0. CPUs that the node lacks make the kernel ignore the whole list."

  validation {
    condition     = can(regex("^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$", var.isolated_cpus))
    error_message = "The isolated_cpus value must be a CPU list such as 2-15,18."
  }
}

variable "housekeeping_cpus" {
  type        = string
  default     = "0-1"
  description = "The other CPUs: interrupts go there."
}

variable "hugepages_1g" {
  type        = number
  default     = 2
  description = "Hugepages of 1 GiB, shared out evenly over the NUMA nodes at boot."

  validation {
    condition     = var.hugepages_1g >= 1
    error_message = "The data plane needs at least one hugepage."
  }
}

variable "extra_packages" {
  type        = list(string)
  default     = []
  description = "Debian packages besides those of a node."
}

variable "ssh_authorized_keys" {
  type        = list(string)
  default     = []
  description = "Public keys that may log in as the user node. EC2 gives a key of its own through cloud-init."
}

variable "output_directory" {
  type        = string
  default     = "output-dpdk-node"
  description = "Where the image, its manifest and its checksum are written."
}

variable "image_name" {
  type        = string
  default     = "dpdk-node"
  description = "File name of the image, without .raw."
}

variable "kiln_node" {
  type        = string
  default     = null
  description = "The kiln-node program to put into the image; by default the one beside kiln."
}
