locals { a = "x
}
