locals {
  bom = "a byte order mark and CRLF"
}
