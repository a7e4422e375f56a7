# Spec 1.4: every rule is judged for the value that won.
variable "image" {
  type    = string
  default = "ami-0123"
  validation {
    condition     = length(var.image) > 4 && substr(var.image, 0, 4) == "ami-"
    error_message = "The image must be an AMI."
  }
  validation {
    condition     = var.image != ""
    error_message = "It must not be empty!"
  }
}
