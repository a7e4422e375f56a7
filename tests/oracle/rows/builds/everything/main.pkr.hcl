# Spec 1.6 to 1.9: builds, their steps and what steps refer to.
variable "name" { default = "node" }
locals {
  words   = { x = "1", y = "2" }
}

source "null" "a" {
  communicator = "none"
}

source "null" "b" {
  communicator = "none"
}
source "null" "bare" {
  communicator = "none"
}
source "file" "c" {
  content = "${var.name}"
  target  = "${path.root}/out-${var.name}.txt"
}
source "file" "unused" {
  anything = "goes"
}

build {
  name        = "first"
  description = "Builds nodes."
  sources     = ["null.a", "source.null.b"]

  source "source.null.bare" {
    name = "alias"
  }
  source "source.file.c" {
  }

  provisioner "shell-local" {
    name         = "greeting"
    only         = ["null.a", "null.alias", "null.nothing"]
    pause_before = "1ms"
    timeout      = "5m"
    max_retries  = 2
    inline       = ["echo ${build.ID} ${build.name} ${source.name} ${packer.version}"]
    override = {
      a = {
        inline = ["echo overridden"]
      }
    }
  }
  provisioner "shell-local" {
    except           = ["file.c"]
    environment_vars = ["HOST=${build.Host}", "ROOT=${path.root}"]
    inline           = [for k, v in local.words : "echo ${k} ${v}"]
  }

  post-processor "shell-local" {
    name   = "single"
    inline = ["echo ${var.name}"]
  }
  post-processors {
    post-processor "checksum" {
      only                = ["file.c"]
      checksum_types      = ["sha256"]
      output              = "out.{{.ChecksumType}}"
      keep_input_artifact = true
    }
    post-processor "manifest" {
      output     = "manifest.json"
      strip_path = true
    }
  }
}

build {
  sources = ["null.a"]
}
