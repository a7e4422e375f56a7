#!/usr/bin/env python3
"""The builders that work on a second volume: amazon-ebssurrogate and amazon-ebsvolume."""

import re

import checks
from kiln import SSH, Project
from world import REGION, World

SOURCE = "ami-0deb1200000000001"

SURROGATE = """
source "amazon-ebssurrogate" "node" {
  ami_name                = "surrogate"
  ami_description         = "made of a second disk"
  ami_virtualization_type = "hvm"
  ami_architecture        = "arm64"
  boot_mode               = "uefi"
  instance_type           = "m6g.large"
  source_ami              = "%s"
  launch_block_device_mappings {
    device_name = "/dev/sdf"
    volume_size = 3
    volume_type = "gp3"
  }
  launch_block_device_mappings {
    device_name        = "/dev/sdg"
    volume_size        = 1
    omit_from_artifact = true
  }
  ami_root_device {
    source_device_name    = "/dev/sdf"
    device_name           = "/dev/xvda"
    volume_size           = 3
    delete_on_termination = true
  }
  tags = { From = "{{ .SourceAMI }}" }
""" % SOURCE + SSH + """
}
build {
  sources = ["amazon-ebssurrogate.node"]
  provisioner "shell" { inline = ["echo shaped it"] }
}
"""

VOLUMES = """
source "amazon-ebsvolume" "data" {
  instance_type = "t3.micro"
  source_ami    = "%s"
  ebs_volumes {
    device_name     = "/dev/sdf"
    volume_size     = 2
    snapshot_volume = true
    tags            = { Name = "data of {{ .SourceAMI }}" }
    snapshot_tags   = { Name = "snapshot" }
  }
  ebs_volumes {
    device_name = "/dev/sdg"
    volume_size = 1
  }
""" % SOURCE + SSH + """
}
build {
  sources = ["amazon-ebsvolume.data"]
  provisioner "shell" { inline = ["echo filled them"] }
}
"""


def kinds(world):
    return {kind: len(ids) for kind, ids in world.inventory().get(REGION, {}).items()}


def test_a_surrogate_registers_its_second_volume(world):
    output = Project(world, {"node.pkr.hcl": SURROGATE}).build("node.pkr.hcl")
    assert "shaped it" in output, output
    found = re.search(r"^us-east-1: (ami-[0-9a-f]+)$", output, re.MULTILINE)
    assert found, output
    image = world.control("image", region=REGION, id=found.group(1))
    assert [(d["DeviceName"], d["Ebs"]["VolumeSize"], d["Ebs"]["DeleteOnTermination"])
            for d in image["devices"]] == [("/dev/xvda", 3, True)], image
    assert image["boot_mode"] == "uefi" and image["tags"]["From"] == SOURCE, image
    assert kinds(world) == {"images": 1, "snapshots": 1}, world.inventory()


def test_a_surrogate_whose_image_is_made_by_ec2(world):
    template = SURROGATE.replace("ami_architecture ", "use_create_image = true\n  ami_architecture ").replace(
        'device_name           = "/dev/xvda"', 'device_name           = "/dev/sda1"')
    output = Project(world, {"node.pkr.hcl": template}).build("node.pkr.hcl")
    (attached,) = world.calls("AttachVolume")
    shaped = attached["parameters"]["VolumeId"]
    assert re.search(rf"Making {shaped} the root volume", output), output
    (image,) = world.calls("CreateImage")
    assert not world.calls("RegisterImage"), "EC2 makes it of the instance"
    order = [call["action"] for call in world.calls("StopInstances", "DetachVolume", "AttachVolume", "CreateImage")]
    assert order == ["StopInstances", "DetachVolume", "DetachVolume", "AttachVolume", "CreateImage"], order
    found = re.search(r"^us-east-1: (ami-[0-9a-f]+)$", output, re.MULTILINE)
    made = world.control("image", region=REGION, id=found.group(1))
    assert [d["DeviceName"] for d in made["devices"]] == [attached["parameters"]["Device"]], made
    assert [d["Ebs"]["VolumeSize"] for d in made["devices"]] == [3], made
    assert kinds(world) == {"images": 1, "snapshots": 1}, (world.inventory(), output)


def test_a_surrogate_that_fails_leaves_nothing(world):
    template = SURROGATE.replace("echo shaped it", "exit 3")
    code, output = Project(world, {"node.pkr.hcl": template}).run("build", "-color=false", "node.pkr.hcl")
    assert code == 1, output
    assert world.inventory() == {}, (world.inventory(), output)


def test_volumes_stay_and_the_rest_goes(world):
    output = Project(world, {"data.pkr.hcl": VOLUMES}).build("data.pkr.hcl")
    assert "EBS Volumes were created:" in output and "EBS Snapshots were created:" in output, output
    assert kinds(world) == {"volumes": 2, "snapshots": 1}, (world.inventory(), output)
    volumes = world.inventory()[REGION]["volumes"]
    assert {tags["kiln:role"] for tags in volumes.values()} == {"output"}, volumes
    assert f"data of {SOURCE}" in [tags.get("Name") for tags in volumes.values()], volumes
    (snapshot,) = world.inventory()[REGION]["snapshots"].values()
    assert snapshot["Name"] == "snapshot" and snapshot["kiln:role"] == "output", snapshot


def test_what_has_expired_is_swept_by_its_tags_alone(world):
    ec2 = world.client("ec2")
    tags = [{"Key": "kiln:run", "Value": "a-dead-run"}, {"Key": "kiln:role", "Value": "temporary"}]
    over = tags + [{"Key": "kiln:expires", "Value": "2026-01-01T00:00:00Z"}]
    alive = [dict(tag, Value="a-live-run") if tag["Key"] == "kiln:run" else tag for tag in tags]
    alive.append({"Key": "kiln:expires", "Value": "2099-01-01T00:00:00Z"})
    for name, given in (("old", over), ("young", alive), ("foreign", [])):
        specification = [{"ResourceType": "security-group", "Tags": given}] if given else []
        ec2.create_security_group(GroupName=name, Description=name, TagSpecifications=specification)
    project = Project(world, {})
    code, output = project.run("sweep", "-dry-run", "-region", REGION)
    assert code == 0 and "would remove aws run a-dead-run" in output and "(old)" in output, output
    assert kinds(world)["security_groups"] == 3, world.inventory()
    code, output = project.run("sweep", "-region", REGION)
    assert code == 0 and "removed aws run a-dead-run" in output, output
    names = {group["GroupName"] for group in ec2.describe_security_groups()["SecurityGroups"]}
    assert "old" not in names and {"young", "foreign"} <= names, names
    code, output = project.run("sweep", "-region", REGION, "-run", "a-live-run")
    assert code == 0 and "removed aws run a-live-run" in output, output


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
