"""One build that touches every kind of thing, its calls, and a bystander's things beside it.

killed_build and faulty_calls do something to each of its calls in turn, several worlds at a time.
"""

import concurrent.futures
import os
import queue

from kiln import SSH, Project, flat
from world import REGION, World

OTHER_REGION = "eu-west-1"
WORKERS = int(os.environ.get("KILN_TEST_WORLDS", "3"))
BYSTANDER_IMAGE = "ami-0deb1200000000001"

TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name        = "small-node"
  ami_description = "made by a test"
  instance_type   = "t3.micro"
  ami_regions     = ["%s"]
  ami_users       = ["210987654321"]
  ena_support     = true
  source_ami_filter {
    filters     = { name = "with-data-volume-*" }
    owners      = ["136693071363"]
    most_recent = true
  }
  launch_block_device_mappings {
    device_name           = "/dev/sdf"
    volume_size           = 2
    delete_on_termination = true
  }
  tags          = { Name = "small" }
  snapshot_tags = { Name = "small too" }
  aws_polling {
    delay_seconds = 1
    max_attempts  = 60
  }
%s
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "shell" { inline = ["echo here > ~/made"] }
}
""" % (OTHER_REGION, SSH)

# Of the finished build: an image with three snapshots in each region.
RESULT = {"images": 1, "snapshots": 3}


def make_project(world):
    return Project(world, {"t.pkr.hcl": TEMPLATE})


ARGUMENTS = ("build", "-color=false", "t.pkr.hcl")


def make_bystander(world):
    """Somebody else's things of every kind, in both regions; returns the inventory with them."""
    world.control("settings", {"boot": 0, "stop": 0, "terminate": 0, "image": 0, "copy": 0, "snapshot": 0})
    tags = [{"Key": "Name", "Value": "small"}, {"Key": "Owner", "Value": "somebody else"}]

    def tagged(kind):
        return [{"ResourceType": kind, "Tags": tags}]

    for region in (REGION, OTHER_REGION):
        ec2 = world.client("ec2", region)
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        ec2.create_key_pair(KeyName="kiln-somebody", KeyType="ed25519", TagSpecifications=tagged("key-pair"))
        group = ec2.create_security_group(GroupName="kiln-somebody", Description="theirs", VpcId=vpc)["GroupId"]
        launched = ec2.run_instances(
            ImageId=BYSTANDER_IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1, KeyName="kiln-somebody",
            SecurityGroupIds=[group], TagSpecifications=tagged("instance") + tagged("volume"))["Instances"][0]
        ec2.create_image(InstanceId=launched["InstanceId"], Name="theirs",
                         TagSpecifications=tagged("image") + tagged("snapshot"))
        volume = ec2.create_volume(Size=1, AvailabilityZone=region + "a", TagSpecifications=tagged("volume"))
        ec2.create_snapshot(VolumeId=volume["VolumeId"], TagSpecifications=tagged("snapshot"))
        ec2.create_launch_template(LaunchTemplateName="theirs", LaunchTemplateData={"InstanceType": "t3.micro"},
                                   TagSpecifications=tagged("launch-template"))
    world.control("settings", {"boot": 0.1, "stop": 0.1, "terminate": 0.1, "image": 0.1, "copy": 0.1,
                               "snapshot": 0.1})
    return world.inventory()


def fresh(world):
    """An emptied world with a bystander: (project, inventory before)."""
    world.reset()
    before = make_bystander(world)
    return make_project(world), before


def calls_of_a_build():
    """[(service, action, region, how often until then)] of a build that nothing disturbs."""
    with World() as world:
        project, _ = fresh(world)
        first = len(world.calls())
        project.build("t.pkr.hcl")
        seen = {}
        calls = []
        for call in world.calls()[first:]:
            key = (call["action"], call["region"])
            seen[key] = seen.get(key, 0) + 1
            calls.append((call["service"], *key, seen[key]))
        return calls


def for_each(cases, work):
    """Yields work(world, case) of all cases, WORKERS at a time, in the order of the cases."""
    worlds = queue.Queue()
    opened = []
    try:
        for _ in range(min(WORKERS, len(cases))):
            opened.append(World())
            worlds.put(opened[-1].__enter__())

        def run(case):
            world = worlds.get()
            try:
                return work(world, case)
            finally:
                worlds.put(world)

        with concurrent.futures.ThreadPoolExecutor(len(opened)) as pool:
            yield from pool.map(run, cases)
    finally:
        for world in opened:
            world.__exit__(None, None, None)


def gone_or_finished(left, inventory, before):
    """What is wrong with what is there after a build and a sweep; "" when nothing is.

    Either nothing of the build is there, or all of its results and nothing besides.
    """
    lost = sorted(" ".join(key) for key in flat(before) if key not in flat(inventory))
    if lost:
        return "of the bystander's is gone: " + ", ".join(lost)
    changed = [" ".join(key) for key, tags in flat(before).items() if flat(inventory)[key] != tags]
    if changed:
        return "the bystander's tags are changed: " + ", ".join(changed)
    if left and left_kinds(left) != {region: RESULT for region in (REGION, OTHER_REGION)}:
        return "left: " + ", ".join(left)
    return ""


def left_kinds(left):
    kinds = {}
    for line in left:
        region, kind, _ = line.split()
        kinds.setdefault(region, {}).setdefault(kind, 0)
        kinds[region][kind] += 1
    return kinds
