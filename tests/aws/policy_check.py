#!/usr/bin/env python3
"""kiln policy -check: what EC2 would refuse is named, nothing is created, and the exit code says so."""

import checks
from kiln import SSH, Project
from world import World

TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name             = "checked"
  instance_type        = "t3.micro"
  iam_instance_profile = "node"
  ami_regions          = ["eu-west-1", "ap-south-1"]
  source_ami_filter {
    filters     = { name = "debian-12-amd64-*" }
    owners      = ["136693071363"]
    most_recent = true
  }
%s
}
build { sources = ["amazon-ebs.node"] }
""" % SSH


def check(world, *faults):
    """(exit code, {(action, step): word}) of a check; each fault is (action, region, code)."""
    for action, region, code in faults:
        world.fault("error", action, region=region, status=403, code=code, message="no", times=0)
    before = world.inventory()
    project = Project(world, {"t.pkr.hcl": TEMPLATE})
    code, output = project.run("policy", "-check", "t.pkr.hcl")
    assert world.inventory() == before, "the check has changed something"
    said = {}
    for line in output.splitlines()[1:-1]:
        word, rest = line[2:11].strip(), line[13:]
        action, step = rest[:42].strip(), rest[44:]
        said[action, step] = word
    return code, said, output


def test_with_all_permissions(world):
    code, said, output = check(world)
    assert code == 0, output
    assert output.splitlines()[0].startswith("amazon-ebs.node: arn:aws:"), output
    assert output.splitlines()[-1] == "  nothing is known to be lacking", output
    assert said.pop(("iam:PassRole", "launching the instance")) == "not asked", output
    assert set(said.values()) == {"allowed"} and len(said) > 20, output
    asked = [call for call in world.calls() if call["action"] == "RunInstances"]
    assert [call["error"] for call in asked] == ["DryRunOperation"], asked


def test_what_lacks_is_named(world):
    code, said, output = check(
        world, ("CreateImage", "us-east-1", "UnauthorizedOperation"), ("CopyImage", "ap-south-1", "UnauthorizedOperation"),
        ("StopInstances", "us-east-1", "InvalidInstanceID.NotFound"))
    assert code == 1, output
    lacking = {key for key, word in said.items() if word == "lacks"}
    assert lacking == {("ec2:CreateImage", "creating the AMI (UnauthorizedOperation)"),
                       ("ec2:CopyImage", "copying the AMI to ap-south-1 (UnauthorizedOperation)")}, output
    assert said["ec2:CopyImage", "copying the AMI to eu-west-1"] == "allowed", output
    unsure = {action for (action, _), word in said.items() if word == "unsure"}
    assert unsure == {"ec2:StopInstances"}, output
    assert "  2 of " in output.splitlines()[-1], output


def test_keys_that_are_not_believed(world):
    code, _, output = check(world, ("DescribeImages", "us-east-1", "AuthFailure"))
    assert code == 1 and "AuthFailure" in output and "allowed" not in output, output


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
