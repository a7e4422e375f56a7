# What every option table says of values: unknown, wrong type, missing, not allowed, out of range,
# block or argument, given twice, together with another.
source "amazon-ebs" "x" {
  regon         = "us-east-1"
  instance_type = "m5.large"
  source_ami    = "ami-12345678"
  ssh_username  = 7
  ssh_port      = 70000
  ssh_timeout   = "5"
  ami_users     = "123456789012"
  ami_groups    = [["all"]]
  tags          = "a"
  tag           = { key = "a" }
  snapshot_tags { a = "b" }
  run_tag "Name" {
    key = "a"
  }
  encrypt_boot      = "yes"
  max_retries       = 1.5
  shutdown_behavior = "terminat"
  metadata_options {
    http_tokens                 = "require"
    http_put_response_hop_limit = 65
  }
  metadata_options {}
  launch_block_device_mappings {
    volume_size = "large"
    volme_type  = "gp3"
  }
  spot_price_auto_product = "Linux"
}
source "amazon-ebs" "empty" {}
source "amazon-ebs" "groups" {
  ami_name                = "image"
  source_ami              = "ami-12345678"
  instance_type           = "m5.large"
  spot_instance_types     = ["m5.large"]
  user_data               = "a"
  user_data_file          = "main.pkr.hcl"
  access_key              = "AKIAEXAMPLE"
  capacity_reservation_id = "cr-1"
  capacity_reservation_preference = "open"
}
build {
  sources = ["amazon-ebs.x", "amazon-ebs.empty", "amazon-ebs.groups"]
}
