# Started from a CD with nothing on the disk; nobody logs in: what is typed and the floppy disk are all that it has.

variable "iso" {
  type = string
}

variable "checksum" {
  type = string
}

source "qemu" "iso" {
  iso_url           = var.iso
  iso_checksum      = var.checksum
  accelerator       = "tcg"
  disk_size         = "64M"
  format            = "raw"
  headless          = true
  memory            = 64
  floppy_label      = "answers"
  floppy_content    = { "answers.txt" = "answers for {{ .Name }}" }
  communicator      = "none"
  boot_wait         = "4s"
  boot_key_interval = "30ms"
  boot_steps = [
    ["Hello, World! ~|{}\"<f2><spacebar>", "the greeting"],
    ["<leftShiftOn>123<leftShiftOff><wait1s><del> {{ .Name }}<enter>", "the name"],
  ]
  shutdown_timeout = "60s"
  output_directory = "iso"
}

build {
  sources = ["source.qemu.iso"]
}
