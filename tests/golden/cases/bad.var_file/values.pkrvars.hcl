regoin = "there"
count  = "many"
region = "a" + 
