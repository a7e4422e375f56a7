#!/usr/bin/env bash
# fix gives what Packer's fix gives; hcl2_upgrade gives HCL2 that is in the layout and means the same.
source "$(dirname "$0")/lib.sh"
command -v jq >/dev/null || skip "there is no jq"

cat >old.json <<'T'
{"builders":[
 {"type":"amazon-ebs","name":"aws","ssh_wait_timeout":"5m","ssh_private_ip":true,"enhanced_networking":true,
  "ami_name":"{{user `q` | clean_ami_name}} {{timestamp}}","spot_price_auto_product":"x",
  "temporary_security_group_source_cidr":"10.0.0.0/8","shutdown_behaviour":"stop","region":"us-east-1"},
 {"type":"qemu","iso_md5":"abc","disk_size":1000,"ssh_host_port_min":1,"ssh_host_port_max":2,"n":1.5},
 {"type":"null","iso_checksum_type":"sha256","iso_checksum":"abc","ssh_key_path":"k","ssh_disable_agent":true},
 {"type":"virtualbox-iso","iso_checksum_url":"http://x","iso_checksum_type":"sha1","ssh_skip_nat_mapping":true},
 {"type":"docker","login_email":"x","enhanced_networking":true}],
 "provisioners":[{"type":"ansible-local","galaxycommand":"x"},{"type":"shell","inline":["{{clean_ami_name `x`}}"]}],
 "post-processors":["compress",[{"type":"manifest","filename":"x"}],{"type":"docker-tag","tag":"x"}]}
T
kiln fix -validate=false old.json
expect_code 0
head -4 "$out" | grep -q '"type": "amazon-ebs"' || fail "keys are not in their order"
if command -v packer >/dev/null; then
    CHECKPOINT_DISABLE=1 packer fix -validate=false old.json | jq -S . >packer.json
    jq -S . "$out" | diff -u packer.json - >diff || fail "not what Packer gives: $(cat diff)"
fi

cat >node.json <<'T'
{"min_packer_version":"1.0.0","description":"a node",
 "variables":{"name":"node","full":"{{user `name`}}-{{user `size`}}","size":null,"home":"{{env `HOME`}}"},
 "sensitive-variables":["home"],
 "builders":[{"type":"null","communicator":"none"},{"type":"null","name":"second one","communicator":"none"}],
 "provisioners":[{"type":"shell-local","only":["second one"],"pause_before":"1s",
   "inline":["echo {{user `full`}} {{build `ID`}} {{if user `name`}}a{{else}}b{{end}} {{upper `x`}} \"q\" ${x}",
             "echo {{ .Vars }} {{timestamp}}"],
   "override":{"null":{"inline":["true"]}}}],
 "post-processors":["manifest",[{"type":"checksum","checksum_types":["md5"]},{"type":"manifest","output":"m"}]]}
T
kiln hcl2_upgrade node.json
expect_code 0
expect_out <<<'Successfully created node.json.pkr.hcl'
expect_same node.json.pkr.hcl <<'HCL'
packer {
  required_version = ">= 1.0.0"
}

variable "name" {
  type    = string
  default = "node"
}

variable "full" {
  type    = string
  default = null
}

variable "size" {
  type = string
}

variable "home" {
  type      = string
  default   = env("HOME")
  sensitive = true
}

locals {
  full = var.full != null ? var.full : "${var.name}-${var.size}"
}

source "null" "null" {
  communicator = "none"
}

source "null" "second_one" {
  communicator = "none"
}

build {
  description = "a node"

  sources = ["source.null.null", "source.null.second_one"]

  provisioner "shell-local" {
    only = ["null.second_one"]
    override = {
      null = {
        inline = ["true"]
      }
    }
    pause_before = "1s"
    inline = [
      "echo ${local.full} ${build.ID} %{if var.name != ""}a%{else}b%{endif} ${upper("x")} \"q\" $${x}",
      "echo {{ .Vars }} {{timestamp}}",
    ]
  }

  post-processor "manifest" {
  }

  post-processors {

    post-processor "checksum" {
      checksum_types = ["md5"]
    }

    post-processor "manifest" {
      output = "m"
    }
  }
}
HCL
kiln fmt -check node.json.pkr.hcl
expect_code 0
kiln validate -var size=8 node.json.pkr.hcl
expect_code 0
printf 'local.full\n' | "$KILN" console -var size=8 node.json.pkr.hcl >"$out"
expect_out <<<'node-8'

kiln hcl2_upgrade -with-annotations -output-file=other.pkr.hcl node.json
expect_code 0
grep -q '^# Each builder is a source' other.pkr.hcl || fail "no annotation"
echo '{"a": }' >broken.json
kiln fix broken.json
expect_code 1
grep -q '^broken.json:1:7: error: this is no JSON' "$err" || fail "the mistake has no place"
echo '{"builders":[{"type":"null"}],"provisioners":[{"type":"shell-local","only":["b"]}]}' >wrong.json
kiln fix wrong.json
expect_code 1
expect_no_out
grep -q '^wrong.json:[0-9]*:[0-9]*: error: "only" names builder "b"' "$err" || fail "the mistake was not told"
echo '{"builders":[{"type":"null"}]}' | "$KILN" fix - >"$out" || fail "a pipe was not read once"
kiln fix -validate=false wrong.json
expect_code 0
kiln inspect -json wrong.json
jq -e '.builds[0].provisioners[0].type == "shell-local"' "$out" >/dev/null || fail "no record"
kiln hcl2_upgrade none.json
expect_code 1
