#!/usr/bin/env python3
"""A build on a spot instance: by a fleet, from a launch template that is gone afterwards."""

import checks
from kiln import SSH, Project
from world import REGION, World

TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name            = "spot-node"
  source_ami          = "ami-0deb1200000000001"
  spot_price          = "auto"
  spot_instance_types = ["m5.large", "c5.large"]
  fleet_tags          = { Purpose = "a test" }
""" + SSH + """
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "shell" { inline = ["echo shaped it"] }
}
"""


def test_it_is_launched_by_a_fleet_and_not_stopped(world):
    output = Project(world, {"node.pkr.hcl": TEMPLATE}).build("node.pkr.hcl")
    assert "shaped it" in output, output
    (fleet,) = world.calls("CreateFleet")
    given = fleet["parameters"]
    assert given["Type"] == "instant", given
    assert [given[f"LaunchTemplateConfigs.1.Overrides.{n}.InstanceType"] for n in (1, 2)] == ["m5.large", "c5.large"]
    assert not world.calls("StopInstances"), "a spot instance can not be stopped"
    assert {kind: len(ids) for kind, ids in world.inventory()[REGION].items()} == {
        "images": 1, "snapshots": 1}, world.inventory()


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
