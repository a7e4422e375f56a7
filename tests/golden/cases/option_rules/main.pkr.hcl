# Rules between options: each is told at the value that breaks it.
source "amazon-ebs" "image" {
  ami_name           = "image:1"
  instance_type      = "m5.large"
  ssh_keypair_name   = "mine"
  temporary_key_pair_type = "ecdsa"
  source_ami_filter {
    filters = { name = "debian-*" }
  }
  encrypt_boot       = true
  kms_key_id         = "my key"
  ami_users          = ["123456789012"]
  ami_regions        = ["eu-west-1", "eu-west-2"]
  region_kms_key_ids = { eu-west-1 = "", eu-west-3 = "alias/k" }
  deprecate_at       = "tomorrow"
  enable_unlimited_credits = true
  spot_price         = "auto"
  ena_support        = true
  ssh_interface      = "session_manager"
  temporary_security_group_source_cidrs = ["10.0.0.1"]
  user_data_file     = "absent"
  tenancy            = "host"
  placement {
    tenancy = "dedicated"
    host_id = "h-1"
  }
}
source "amazon-ebs" "volumes" {
  ami_name      = "ab"
  source_ami    = "ami-12345678"
  instance_type = "t3.micro"
  enable_nitro_enclave = true
  block_duration_minutes = 90
  spot_tags     = { a = "b" }
  ssh_username  = "admin"
  ssh_private_key_file = "main.pkr.hcl"
  ssh_bastion_host = "b"
  ssh_proxy_host   = "p"
  ssh_remote_tunnels = ["8080:host"]
  launch_block_device_mappings {
    device_name = "/dev/sda1"
    volume_type = "gp3"
    iops        = 100
    throughput  = 2000
  }
  launch_block_device_mappings {
    device_name = "/dev/sdb"
    volume_type = "io1"
    volume_size = 10
    iops        = 1000
    throughput  = 125
    encrypted   = false
    kms_key_id  = "alias/k"
  }
}
source "amazon-ebssurrogate" "surrogate" {
  ami_name      = "image"
  source_ami    = "ami-12345678"
  instance_type = "m5.large"
  ssh_username  = "admin"
  uefi_data     = "AAAA"
  launch_block_device_mappings {
    device_name        = "/dev/xvdf"
    omit_from_artifact = true
  }
  ami_root_device {
    source_device_name = "/dev/xvdf"
    device_name        = "/dev/xvda"
  }
}
source "amazon-chroot" "chroot" {
  ami_name         = "image"
  from_scratch     = true
  root_volume_size = 8
  chroot_mounts    = [["proc", "/proc"]]
}
source "qemu" "machine" {
  iso_url          = "http://127.0.0.1/x.iso"
  iso_checksum     = "sha256:abc"
  disk_size        = "8GB"
  use_backing_file = true
  skip_resize_disk = true
  vnc_port_min     = 5950
  vnc_port_max     = 5940
  http_port_min    = 9001
  host_port_max    = 2000
  boot_command     = ["<enter>", "<entr>"]
  qemuargs         = [["m", "1G"]]
  disable_vnc      = true
  cd_files         = ["absent", "none*"]
  communicator     = "none"
}
source "qemu" "unchecked" {
  iso_url      = "http://127.0.0.1/x.iso"
  iso_checksum = "none"
  communicator = "none"
}
source "docker" "container" {
  image     = "debian"
  commit    = true
  discard   = true
  ecr_login = true
}
source "null" "machine" {}
build {
  sources = [
    "amazon-ebs.image", "amazon-ebs.volumes", "amazon-ebssurrogate.surrogate",
    "amazon-chroot.chroot", "qemu.machine", "qemu.unchecked", "docker.container", "null.machine",
  ]
}
build {
  sources = ["qemu.unchecked"]
  provisioner "ansible" {
    playbook_file       = "absent.yml"
    inventory_directory = "main.pkr.hcl"
    ansible_env_vars    = ["A"]
  }
  provisioner "ansible-local" {}
  provisioner "goss" { tests = ["absent"] }
  post-processor "amazon-import" {
    s3_bucket_name = "b"
    architecture   = "arm64"
    boot_mode      = "legacy-bios"
  }
  post-processor "docker-tag" {
    repository = "a/b"
    tag        = ["1"]
  }
}
