#!/usr/bin/env python3
"""A legacy JSON template: variables from the environment, `~` destinations, extra volumes."""

import json
import re

import checks
from kiln import SSH_JSON, Project
from world import REGION, World

SOURCE = "ami-0da7a000000000001"  # brings a data volume of its own that termination keeps

TEMPLATE = {
    "variables": {"source_ami": "{{env `SOURCE_AMI`}}", "region": "{{env `AWS_REGION`}}"},
    "builders": [SSH_JSON | {
        "type": "amazon-ebs",
        "region": "{{user `region`}}",
        "source_ami": "{{user `source_ami`}}",
        "instance_type": "t2.small",
        "ami_name": "amazonlinux_{{timestamp}}",
        "launch_block_device_mappings": [
            {"device_name": "/dev/sde", "volume_type": "standard", "volume_size": 256, "delete_on_termination": False},
        ],
    }],
    "provisioners": [
        {"type": "file", "source": "{{template_dir}}/history.txt", "destination": "~/history.txt"},
        {"type": "shell", "inline": ["cat ~/history.txt", "cp ~/history.txt ~/seen"]},
        {"type": "shell", "script": "{{template_dir}}/setup.sh"},
    ],
}
FILES = {"template.json": json.dumps(TEMPLATE), "history.txt": "built today\n",
         "setup.sh": "#!/bin/sh\nls ~ > ~/listing\n"}


def test_it_makes_the_ami_with_all_volumes(world):
    output = Project(world, FILES).build("template.json", SOURCE_AMI=SOURCE)
    assert "amazon-ebs: built today" in output, output
    assert re.search(r"Prevalidating AMI Name: amazonlinux_\d{10}$", output, re.MULTILINE), output
    last = [line for line in output.splitlines() if "ami-" in line][-1]
    assert last.split(": ")[0] == REGION, output
    image = world.control("image", region=REGION, id=last.split(": ")[1])
    assert sorted((d["DeviceName"], d["Ebs"]["VolumeSize"], d["Ebs"]["DeleteOnTermination"])
                  for d in image["devices"]) == [
        ("/dev/sde", 256, False), ("/dev/xvda", 8, True), ("/dev/xvdb", 1, False)], image
    home = world.control("machines")[0]["home"]
    with open(home + "/listing") as file:
        assert set(file.read().split()) >= {"history.txt", "seen"}
    inventory = world.inventory()
    # Neither the source's data volume is left, nor /dev/sde, which Packer leaves behind.
    assert {kind: len(ids) for kind, ids in inventory[REGION].items()} == {"images": 1, "snapshots": 3}, inventory


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
