#!/usr/bin/env python3
"""A role and an instance profile for the time of a build: made, used, and gone whatever happens."""

import json
import os
import signal

import checks
from kiln import SSH, Project, left_of_builds
from world import REGION, World

POLICY = """
  temporary_iam_instance_profile_policy_document {
    Statement {
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:ListBucket"]
      Resource = ["*"]
    }
    Statement {
      Effect   = "Deny"
      Action   = ["s3:PutObject"]
      Resource = ["*"]
    }
  }
"""
TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name   = "with-a-profile"
  source_ami = "ami-0deb1200000000001"
  run_tags   = { Purpose = "a test" }
  %s
""" + SSH + """
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "shell" { inline = ["echo shaped it"] }
}
"""
ON_DEMAND = TEMPLATE % ('instance_type = "t3.micro"\n' + POLICY)
SPOT = TEMPLATE % ('spot_price = "auto"\n  spot_instance_types = ["m5.large"]\n' + POLICY)
NOT_KNOWN_YET = {"status": 400, "code": "InvalidParameterValue",
                 "message": "Value (packer-x) for parameter iamInstanceProfile.name is invalid. "
                            "Invalid IAM Instance Profile name"}
MAKING = ["CreateInstanceProfile", "CreateRole", "PutRolePolicy", "AddRoleToInstanceProfile"]
PATIENCE_SECONDS = 120
REMOVING = ["RemoveRoleFromInstanceProfile", "DeleteInstanceProfile", "DeleteRolePolicy", "DeleteRole"]


def bystander(world):
    """Somebody's Packer has made these, and knows nothing of kiln."""
    iam = world.client("iam")
    name = "packer-0b9c1f6e-0000-4000-8000-000000000001"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}", Tags=[{"Key": "Owner", "Value": "somebody"}])
    iam.create_instance_profile(InstanceProfileName=name)
    return world.inventory()


def test_the_instance_has_it_and_then_it_is_gone(world):
    before = bystander(world)
    project = Project(world, {"t.pkr.hcl": ON_DEMAND})
    output = project.build("t.pkr.hcl")
    assert "Creating temporary instance profile for this instance: packer-" in output, output
    (launch,) = world.calls("RunInstances")
    name = launch["parameters"]["IamInstanceProfile.Name"]
    made = [call for call in world.calls(*MAKING) if name in call["parameters"].values()]
    assert [call["action"] for call in made] == MAKING, made
    assert {call["region"] for call in made} == {"us-east-1"}, "IAM is signed for there, wherever the build is"
    profile, role, policy, _ = (call["parameters"] for call in made)
    assert profile["InstanceProfileName"] == role["RoleName"] == policy["RoleName"] == name, made
    trust = json.loads(role["AssumeRolePolicyDocument"])
    assert trust["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}, trust
    assert json.loads(policy["PolicyDocument"]) == {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["*"]},
        {"Effect": "Deny", "Action": ["s3:PutObject"], "Resource": ["*"]}]}, policy
    for given in (profile, role):
        tags = {given[f"Tags.member.{n}.Key"]: given[f"Tags.member.{n}.Value"] for n in range(1, 6)}
        assert tags["kiln:run"] == name.removeprefix("packer-") and tags["kiln:role"] == "temporary", tags
        assert tags["kiln:region"] == REGION and tags["Purpose"] == "a test", tags
    assert [call["action"] for call in world.calls(*REMOVING)] == REMOVING
    left = [line for line in left_of_builds(world, before) if line.startswith("global")]
    assert not left, left
    assert world.inventory()["global"] == before["global"], "a bystander's things"
    code, output = project.run("sweep")
    assert code == 0 and "Nothing to sweep" in output, output


def test_ec2_may_hear_of_it_late(world):
    world.fault("error", "RunInstances", times=2, **NOT_KNOWN_YET)
    output = Project(world, {"t.pkr.hcl": ON_DEMAND}).build("t.pkr.hcl")
    assert "Waiting for EC2 to know the instance profile..." in output, output
    assert [call["error"] for call in world.calls("RunInstances")] == ["InvalidParameterValue"] * 2 + [None]
    assert "global" not in world.inventory(), world.inventory()


def test_a_profile_of_the_template_is_not_waited_for(world):
    world.fault("error", "RunInstances", times=0, **NOT_KNOWN_YET)
    code, output = Project(world, {"t.pkr.hcl": TEMPLATE % (
        'instance_type = "t3.micro"\n  iam_instance_profile = "typo"\n' + POLICY)}).run(
            "build", "-color=false", "t.pkr.hcl")
    assert code == 1 and "Invalid IAM Instance Profile name" in output, output
    assert len(world.calls("RunInstances")) == 1 and not world.calls(*MAKING)


def test_a_spot_instance_has_it_too(world):
    Project(world, {"t.pkr.hcl": SPOT}).build("t.pkr.hcl")
    (launch,) = world.calls("CreateLaunchTemplate")
    assert launch["parameters"]["LaunchTemplateData.IamInstanceProfile.Name"].startswith("packer-"), launch
    assert "global" not in world.inventory(), world.inventory()


def test_a_refusal_leaves_nothing(world):
    for action in MAKING:
        world.fault("error", action, times=0, status=403, code="AccessDenied", message="You may not.")
        code, output = Project(world, {"t.pkr.hcl": ON_DEMAND}).run("build", "-color=false", "t.pkr.hcl")
        assert code == 1 and f"{action}: AccessDenied" in output, output
        assert world.inventory() == {}, (action, world.inventory())
        world.control("forgive", {})


def test_killed_after_each_call_a_sweep_removes_it(world):
    for action in MAKING + ["RunInstances"] + REMOVING:
        world.reset()
        before = bystander(world)
        project = Project(world, {"t.pkr.hcl": ON_DEMAND})
        world.fault("hold", action)
        process = project.start("build", "-color=false", "t.pkr.hcl")
        try:
            checks.until(lambda: world.control("held", seconds=0.2) or process.poll() is not None, PATIENCE_SECONDS)
            assert process.poll() is None, f"{action}: {project.output()}"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            world.control("release", {})
        code, listed = project.run("sweep", "-dry-run")
        there = world.inventory()["global"]
        assert code == 0, listed
        for kind, word in (("instance_profiles", "instance profile"), ("roles", "role")):
            for name in there[kind].keys() - before["global"][kind].keys():
                assert f"{word} {name}" in listed, (action, listed)
        code, output = project.run("sweep")
        assert code == 0, (action, output)
        assert world.inventory()["global"] == before["global"], (action, world.inventory())
        left = [line for line in left_of_builds(world, before) if " images " not in line and " snapshots " not in line]
        assert not left, (action, left)
        code, output = project.run("sweep")
        assert code == 0 and "Nothing to sweep" in output, (action, output)


def test_it_is_found_by_its_tags_alone(world):
    before = bystander(world)
    iam = world.client("iam")
    mark = "0b9c1f6e-0000-4000-8000-00000000000"
    marks = {mark + "a": (REGION, "2001-01-01T00:00:00Z"), mark + "b": (REGION, "2999-01-01T00:00:00Z"),
             mark + "c": ("eu-west-1", "2001-01-01T00:00:00Z")}
    for own, (region, expires) in marks.items():
        tags = [{"Key": key, "Value": value} for key, value in {
            "kiln:run": own, "kiln:role": "temporary", "kiln:expires": expires, "kiln:region": region}.items()]
        iam.create_role(RoleName="packer-" + own, AssumeRolePolicyDocument="{}", Tags=tags)
        iam.create_instance_profile(InstanceProfileName="packer-" + own, Tags=tags)
        iam.add_role_to_instance_profile(InstanceProfileName="packer-" + own, RoleName="packer-" + own)
    elsewhere = Project(world, {})
    code, output = elsewhere.run("sweep", "-region", REGION)
    assert code == 0, output
    left = {name for kinds in world.inventory()["global"].values() for name in kinds}
    assert left == {"packer-" + mark + letter for letter in "1bc"}, (left, output)
    world.fault("error", "ListInstanceProfiles", times=0, status=403, code="AccessDenied", message="You may not.")
    code, output = elsewhere.run("sweep", "-region", "eu-west-1")
    assert code == 0, "keys that may only look at EC2 sweep that: " + output


def test_the_policy_names_what_it_takes(world):
    project = Project(world, {"t.pkr.hcl": ON_DEMAND})
    code, output = project.run("policy", "-explain", "t.pkr.hcl")
    assert code == 0, output
    policy = json.loads(output)
    actions = {action for statement in policy["Statement"] for action in statement["Action"]}
    before = len(world.calls())
    project.build("t.pkr.hcl")
    called = {"iam:" + call["action"] for call in world.calls()[before:] if call["service"] == "iam"}
    assert called <= actions, called - actions
    assert "iam:PassRole" in actions and "iam:TagRole" in actions, actions


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
