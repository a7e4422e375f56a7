#!/usr/bin/env python3
"""kiln plan -resolve: what a build on EC2 would find, make and cost, with nothing created."""

import json
import pathlib

import checks
from kiln import SSH, Project
from world import World

TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name                    = "planned"
  instance_type               = "t3.micro"
  associate_public_ip_address = true
  ami_regions                 = ["eu-west-1"]
  force_deregister            = %s
  source_ami_filter {
    filters     = { name = "debian-12-amd64-*" }
    owners      = ["136693071363"]
    most_recent = true
  }
  launch_block_device_mappings {
    device_name = "/dev/sdf"
    volume_size = 100
    volume_type = "gp3"
  }
%s
}
build { sources = ["amazon-ebs.node"] }
"""


def plan(world, *arguments, force="false"):
    before = world.inventory()
    project = Project(world, {"t.pkr.hcl": TEMPLATE % (force, SSH)})
    code, output = project.run("plan", "-resolve", *arguments, "t.pkr.hcl")
    assert world.inventory() == before, "planning has changed something"
    return code, output


def test_what_is_found_made_and_paid(world):
    code, output = plan(world, "-json", "-minutes", "60")
    assert code == 0, output
    said = json.loads(output)
    assert said["builds"][0]["name"] == "amazon-ebs.node", output
    [one] = said["ec2"]
    assert one["source_ami"]["id"] == "ami-0deb1200000000002" and one["account"] == "123456789012", output
    subnet = one["network"]["subnet_id"]
    assert [found["SubnetId"] for found in world.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"]], output
    assert one["volumes"] == [
        {"device_name": "/dev/sdf", "size_gib": 100, "type": "gp3", "outlives_build": False},
        {"device_name": "/dev/xvda", "size_gib": 8, "type": "gp3", "outlives_build": False}], output
    assert [(ami["region"], ami["standing"]) for ami in one["amis"]] == [("us-east-1", None), ("eu-west-1", None)]
    cents = {part["what"]: round(part["dollars"] * 100, 3) for part in one["once"]["parts"]}
    assert cents == {"t3.micro for 60 min": 1.04, "a public IPv4 address": 0.5,
                     "/dev/sdf 100 GiB gp3": round(100 * 8 / 730, 3), "/dev/xvda 8 GiB gp3": round(8 * 8 / 730, 3)}, output
    monthly = {part["what"]: (round(part["dollars"], 4), part["listed"]) for part in one["monthly"]["parts"]}
    assert monthly == {"snapshots in us-east-1, at most 108 GiB": (5.4, True),
                       "snapshots in eu-west-1, at most 108 GiB": (5.94, True)}, output


def test_the_built_in_prices_are_marked(world):
    world.fault("error", "GetProducts", status=400, code="AccessDeniedException", message="no", times=0)
    code, output = plan(world)
    assert code == 0 and "* of the built-in table" in output, output
    assert "0.0026* t3.micro for 15 min" in output, output
    assert len(world.calls("GetProducts")) == 1, "a price list that does not answer is asked once"


def test_an_image_that_stands_in_the_way(world):
    ec2 = world.client("ec2", "eu-west-1")
    old = ec2.copy_image(SourceRegion="us-east-1", SourceImageId="ami-0deb1200000000001", Name="planned")["ImageId"]
    code, output = plan(world)
    assert code == 0 and f"in eu-west-1: {old} has this name, so the build would stop" in output, output
    code, output = plan(world, force="true")
    assert code == 0 and f"in eu-west-1, in place of {old}" in output, output


def test_what_is_wrong_is_the_error_of_the_build(world):
    code, output = plan(world, "-minutes", "0")
    assert code == 2 and "-minutes 0: expected 1 to" in output, output
    project = Project(world, {"t.pkr.hcl": 'source "null" "n" { communicator = "none" }\nbuild { sources = ["null.n"] }\n'})
    code, output = project.run("plan", "-resolve", "t.pkr.hcl")
    assert code == 1 and "none of the builds is done on EC2" in output, output


def test_the_images_of_each_distribution(world):
    """The filters of examples/base-images, over names as their owners give them."""
    example = pathlib.Path(__file__).resolve().parents[2] / "examples/base-images"
    found = {}
    for variables in (example / "distributions").iterdir():
        project = Project(world, {})
        code, output = project.run("plan", "-resolve", "-json", "-only=ami", "-var-file", str(variables),
                                   str(example / "packer.json"))
        assert code == 0, output
        [one] = json.loads(output)["ec2"]
        found[variables.stem] = one["source_ami"]["id"]
    assert found == {"amazon-2023": "ami-0a120230000000001", "debian-12": "ami-0deb1200000000002",
                     "debian-13": "ami-0deb1300000000001", "rocky-9": "ami-0c090000000000001",
                     "ubuntu-24.04": "ami-0b240400000000001"}, found


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
