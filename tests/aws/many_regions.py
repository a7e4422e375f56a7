#!/usr/bin/env python3
"""Three builders, each with an AMI in 15 regions."""

import re
import time

import checks
from kiln import SSH, Project
from world import World

REGIONS = ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-central-1", "eu-west-1",
           "eu-west-2", "eu-west-3", "eu-north-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
           "ap-northeast-1", "sa-east-1"]
NAMES = ["small", "medium", "large"]

SOURCE = """
source "amazon-ebs" "%s" {
  ami_name      = "%s-{{timestamp}}"
  instance_type = "t3.micro"
  ami_regions   = %s
  source_ami_filter {
    filters     = { name = "debian-12-amd64-*" }
    owners      = ["136693071363"]
    most_recent = true
  }
  tags = { Name = "{{ .BuildRegion }} from {{ .SourceAMI }}" }
""" + SSH + "}\n"
BUILD = """
build {
  sources = [%s]
  provisioner "shell" { inline = ["echo ${source.name} > ~/made"] }
}
"""


def template():
    regions = "[" + ", ".join(f'"{region}"' for region in REGIONS) + "]"
    sources = "".join(SOURCE % (name, name, regions) for name in NAMES)
    return sources + BUILD % ", ".join(f'"amazon-ebs.{name}"' for name in NAMES)


def test_every_region_has_an_image_of_each(world):
    since = time.monotonic()
    output = Project(world, {"t.pkr.hcl": template()}).build("t.pkr.hcl")
    print(f"    built in {time.monotonic() - since:.1f} s")
    lines = re.findall(r"^([a-z0-9-]+): (ami-[0-9a-f]+)$", output, re.MULTILINE)
    assert sorted(region for region, _ in lines) == sorted(REGIONS * 3), output
    inventory = world.inventory()
    assert set(inventory) == set(REGIONS), inventory
    for region in REGIONS:
        assert {kind: len(ids) for kind, ids in inventory[region].items()} == {"images": 3, "snapshots": 3}, region
        for tags in list(inventory[region]["images"].values()) + list(inventory[region]["snapshots"].values()):
            assert tags["Name"] == "us-east-1 from ami-0deb1200000000002", tags


def test_a_region_that_fails_is_named_and_nothing_is_left(world):
    world.fault("error", "CopyImage", region="eu-west-2", times=0, status=400, code="UnauthorizedOperation",
                message="You are not authorized to perform this operation.")
    code, output = Project(world, {"t.pkr.hcl": template()}).run(
        "build", "-color=false", "-only=amazon-ebs.small", "t.pkr.hcl")
    assert code == 1 and "to region (eu-west-2)" in output and "UnauthorizedOperation" in output, output
    assert world.inventory() == {}, (world.inventory(), output)


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
