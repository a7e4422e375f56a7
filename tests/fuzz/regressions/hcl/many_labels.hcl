dynamic "a" {
 for_each = [1]
 labels = range(1000)
 content {}
}
