locals {
  good = <<EOT
text
EOT
  bad  = upper(
}
