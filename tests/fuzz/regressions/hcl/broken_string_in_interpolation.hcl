a = "b${upper("c
d = 1