packer {
  required_version = ">= 1.7.0, < 2.0.0"
}

variable "workers" {
  type    = number
  default = 2
}

locals {
  greeting = format("hello %d", var.workers)
}

source "null" "base" {
  communicator = "none"
}

build {
  name    = "node"
  sources = ["source.null.base"]

  provisioner "shell" {
    inline = [
      "echo ${local.greeting}",
      "echo '{{ build_name }} {{ build_type }} {{ isotime \"2006-01-02\" }}'",
      "curl -w '%%{http_code}' http://$${HOST}/",
    ]
    env = {
      ASSETS_DIR = "/tmp/worker"
    }
    execute_command = "sudo sh -c \"{{ .Vars }} {{ .Path }}\""
    pause_before    = "10s"
    max_retries     = 2
  }

  provisioner "file" {
    source      = "files/"
    destination = "/tmp/worker"
  }

  provisioner "file" {
    content     = <<-EOT
      isolated = ${join(",", range(1, var.workers + 1))}
    EOT
    destination = "/etc/isolated.conf"
    timeout     = "1m"
  }

  provisioner "shell-local" {
    name              = "notify"
    inline            = ["echo ${build.ID} at ${build.Host}"]
    continue_on_error = true
  }

  error-cleanup-provisioner "shell-local" {
    inline = ["echo failed"]
  }

  post-processor "manifest" {
    output     = "manifest.json"
    strip_path = true
    custom_data = {
      workers = var.workers
    }
  }

  post-processors {
    post-processor "checksum" {
      checksum_types      = ["sha256", "md5"]
      keep_input_artifact = true
    }
    post-processor "shell-local" {
      inline = ["ls"]
    }
  }
}
