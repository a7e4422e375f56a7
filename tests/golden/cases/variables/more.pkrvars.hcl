sizes = ["tiny", "huge"]
size = 1
