source "null" "a" {
  communicator = "none"
}
source "file" "b" {
  content = "b"
}
build {
  name = "one"
  source "null.a" {
    name = "renamed"
  }
  source "file.b" {
    target = "out/${source.name}"
  }
  provisioner "shell-local" {
    only   = ["null.renamed"]
    inline = ["echo ${source.type}.${source.name}"]
    override = {
      renamed = {
        environment_vars = ["A=1"]
      }
    }
  }
  post-processors {
    post-processor "checksum" {}
    post-processor "manifest" {
      name = "record"
    }
  }
}
build {
  sources = ["null.a"]
}
