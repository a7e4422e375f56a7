#!/usr/bin/env python3
"""A template in HCL2 with a filter for its source, a null source_ami, variables and late tags."""

import re

import checks
from kiln import SSH, Project
from world import ACCOUNT, REGION, World

NEWEST = "ami-0a120230000000002"
NAME = "amazon-eks-node-al2023-x86_64-standard-1.32-v20260815"

TEMPLATE = """
variable "kubernetes_version" { type = string }
variable "source_ami_id" {
  type    = string
  default = null
}
variable "tags" {
  type    = map(string)
  default = {}
}
locals {
  ami_name = format("node-%s-{{timestamp}}", var.kubernetes_version)
}
locals {
  tags = merge({
    Generated_By  = "a test"
    Base_AMI_ID   = "{{ .SourceAMI }}"
    Base_AMI_Name = "{{ .SourceAMIName }}"
  }, var.tags)
}
source "amazon-ebs" "node" {
  ami_name      = local.ami_name
  instance_type = "m5.xlarge"
  source_ami    = var.source_ami_id
  source_ami_filter {
    filters = {
      name                = format("amazon-eks-node-al2023-x86_64-standard-%s-*", var.kubernetes_version)
      virtualization-type = "hvm"
    }
    owners      = ["137112412989"]
    most_recent = true
  }
  run_tags = { Purpose = "building from {{ .SourceAMI }}" }
  tags     = local.tags
""" + SSH + """
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "shell" { inline = ["mkdir -p worker"] }
  provisioner "file" {
    source      = "${path.root}/files/"
    destination = "worker"
  }
  provisioner "shell" {
    environment_vars = ["ASSETS_DIR=worker"]
    script           = "install.sh"
  }
  post-processor "manifest" {}
}
"""
FILES = {
    "node.pkr.hcl": TEMPLATE,
    "files/etc/one.conf": "one\n",
    "files/two.conf": "two\n",
    "install.sh": "#!/bin/sh\nset -e\ncat $ASSETS_DIR/etc/one.conf $ASSETS_DIR/two.conf > ~/installed\necho installed it\n",
}


def installed(world):
    with open(world.control("machines")[-1]["home"] + "/installed") as file:
        return file.read()


def test_it_makes_the_ami_and_leaves_nothing_else(world):
    project = Project(world, FILES)
    output = project.build("-var", "kubernetes_version=1.32", "-var", 'tags={"mykey": "myvalue"}', "node.pkr.hcl")
    assert f"Found Image ID: {NEWEST}" in output, output
    assert "installed it" in output, output
    found = re.search(r"^us-east-1: (ami-[0-9a-f]+)$", output, re.MULTILINE)
    assert found, output
    assert re.search(r"AMI Name: node-1\.32-\d{10}$", output, re.MULTILINE), output
    assert installed(world) == "one\ntwo\n"
    inventory = world.inventory()
    assert {region: {kind: len(ids) for kind, ids in kinds.items()} for region, kinds in inventory.items()} == {
        REGION: {"images": 1, "snapshots": 1}}, inventory
    image = world.control("image", region=REGION, id=found.group(1))
    wanted = {"Generated_By": "a test", "Base_AMI_ID": NEWEST, "Base_AMI_Name": NAME, "mykey": "myvalue"}
    assert wanted.items() <= image["tags"].items(), image
    (snapshot_tags,) = inventory[REGION]["snapshots"].values()
    assert wanted.items() <= snapshot_tags.items(), snapshot_tags
    assert image["source_image_id"] == NEWEST, image
    launched = world.calls("RunInstances")
    assert len(launched) == 1 and launched[0]["parameters"]["MetadataOptions.HttpTokens"] == "required", launched
    assert f"building from {NEWEST}" in launched[0]["parameters"].values(), launched
    assert world.control("machines")[0]["host_key_given"], "the host key is not in the user data"
    ingress = world.calls("AuthorizeSecurityGroupIngress")
    assert [call["parameters"]["IpPermissions.1.IpRanges.1.CidrIp"] for call in ingress] == ["127.0.0.1/32"], ingress
    manifest = (project.folder / "packer-manifest.json").read_text()
    assert f"{REGION}:{found.group(1)}" in manifest, manifest


def test_no_key_is_in_what_it_writes(world):
    project = Project(world, FILES)
    project.build("-var", "kubernetes_version=1.32", "node.pkr.hcl", KILN_LOG="1", PACKER_LOG="1")
    secret = project.environment["AWS_SECRET_ACCESS_KEY"]
    for path in project.folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            assert secret.encode() not in text, path
            assert b"PRIVATE KEY" not in text, path


def test_a_failing_script_leaves_nothing(world):
    project = Project(world, FILES | {"install.sh": "#!/bin/sh\nexit 7\n"})
    code, output = project.run("build", "-color=false", "-var", "kubernetes_version=1.32", "node.pkr.hcl")
    assert code == 1, output
    assert world.inventory() == {}, (world.inventory(), output)


def test_a_name_that_is_taken_is_refused_before_anything_is_made(world):
    ec2 = world.client("ec2")
    launched = ec2.run_instances(ImageId=NEWEST, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    checks.until(lambda: ec2.describe_instances()["Reservations"][0]["Instances"][0]["State"]["Name"] == "running")
    taken = ec2.create_image(InstanceId=launched["Instances"][0]["InstanceId"], Name="taken")["ImageId"]
    before = world.inventory()
    project = Project(world, FILES | {"node.pkr.hcl": TEMPLATE.replace("local.ami_name", '"taken"')})
    code, output = project.run("build", "-color=false", "-var", "kubernetes_version=1.32", "node.pkr.hcl")
    assert code == 1 and f"AMI Name: 'taken' is used by an existing AMI: {taken}" in output, output
    assert world.inventory() == before
    assert len(world.calls("RunInstances")) == 1


def test_no_source_is_an_error_that_names_the_filters(world):
    project = Project(world, FILES)
    code, output = project.run("build", "-color=false", "-var", "kubernetes_version=9.99", "node.pkr.hcl")
    assert code == 1 and "No AMI was found matching filters" in output, output
    assert world.inventory() == {}, world.inventory()


def test_wrong_keys_are_told_before_anything_is_made(world):
    project = Project(world, FILES)
    code, output = project.run("build", "-color=false", "-var", "kubernetes_version=1.32", "node.pkr.hcl",
                               AWS_SECRET_ACCESS_KEY="wrong")
    assert code == 1 and "SignatureDoesNotMatch" in output, output
    assert ACCOUNT not in output and world.inventory() == {}


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
