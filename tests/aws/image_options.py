#!/usr/bin/env python3
"""What becomes of an AMI: replaced, encrypted, kept in other regions only, or given up after Ctrl-C."""

import re
import signal

import checks
from kiln import SSH, Project
from world import REGION, World

OTHER = "eu-west-1"

TEMPLATE = """
variable "script" { default = "true" }
source "amazon-ebs" "node" {
  ami_name      = "the-node"
  instance_type = "t3.micro"
  source_ami    = "ami-0deb1200000000001"
  OPTIONS
""" + SSH + """
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "shell" { inline = [var.script] }
}
"""


def project(world, options=""):
    return Project(world, {"node.pkr.hcl": TEMPLATE.replace("OPTIONS", options)})


def amis(output):
    return dict(re.findall(r"^([a-z0-9-]+): (ami-[0-9a-f]+)$", output, re.MULTILINE))


def kinds(world):
    return {region: {kind: len(ids) for kind, ids in found.items()} for region, found in world.inventory().items()}


def test_force_replaces_the_old_ami_once_the_new_one_is_there(world):
    old = amis(project(world).build("node.pkr.hcl"))[REGION]
    replacing = project(world, "force_delete_snapshot = true")
    since = len(world.calls())
    new = amis(replacing.build("-force", "node.pkr.hcl"))[REGION]
    assert new != old
    assert kinds(world) == {REGION: {"images": 1, "snapshots": 1}}, world.inventory()
    assert world.control("image", region=REGION, id=new)["name"] == "the-node"
    calls = [(call["action"], call["parameters"].get("ImageId")) for call in world.calls()[since:]]
    first_new = calls.index(("CreateImage", None))
    assert first_new < calls.index(("DeregisterImage", old)), calls


def test_a_build_that_fails_does_not_cost_the_old_ami(world):
    old = amis(project(world).build("node.pkr.hcl"))[REGION]
    code, output = project(world).run("build", "-color=false", "-force", "-var", "script=exit 4", "node.pkr.hcl")
    assert code == 1, output
    assert world.control("image", region=REGION, id=old)["state"] == "available"
    assert kinds(world) == {REGION: {"images": 1, "snapshots": 1}}, world.inventory()


def test_an_encrypted_ami_leaves_no_other(world):
    output = project(world, f'encrypt_boot = true\n  kms_key_id = "alias/images"\n  ami_regions = ["{OTHER}"]\n'
                            f'  region_kms_key_ids = {{ "{OTHER}" = "" }}').build("node.pkr.hcl")
    assert set(amis(output)) == {REGION, OTHER}, output
    assert kinds(world) == {region: {"images": 1, "snapshots": 1} for region in (REGION, OTHER)}, world.inventory()
    copies = [(call["region"], call["parameters"].get("Encrypted"), call["parameters"].get("KmsKeyId"))
              for call in world.calls("CopyImage")]
    assert sorted(copies) == [(OTHER, "true", None), (REGION, "true", "alias/images")], copies


def test_the_build_region_can_be_left_empty(world):
    output = project(world, f'skip_save_build_region = true\n  ami_regions = ["{OTHER}"]').build("node.pkr.hcl")
    assert set(amis(output)) == {OTHER}, output
    assert kinds(world) == {OTHER: {"images": 1, "snapshots": 1}}, world.inventory()


def test_no_ami_when_none_is_wanted(world):
    output = project(world, "skip_create_ami = true").build("node.pkr.hcl")
    assert amis(output) == {}, output
    assert world.inventory() == {}, world.inventory()


def test_ctrl_c_cleans_up(world):
    running = project(world)
    process = running.start("build", "-color=false", "-var", "script=echo began && sleep 600", "node.pkr.hcl")
    checks.until(lambda: "began" in running.output(), 90)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 1, running.output()
    assert world.inventory() == {}, (world.inventory(), running.output())


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
