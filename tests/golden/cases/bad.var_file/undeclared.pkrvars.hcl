regoin = "there"
count  = "many"
block {}
region = var.count
