build {
  name = "x
  sources = []
}
nonsense {}
