variable "region" { default = "here" }
variable "count" { type = number }
