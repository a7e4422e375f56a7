locals { a = <<EOT
x
