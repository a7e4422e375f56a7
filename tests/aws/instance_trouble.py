#!/usr/bin/env python3
"""Instances that do not do what they should: no room, no boot, no answer, an early end."""

import re

import checks
from kiln import SSH, Project
from world import REGION, World

TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name      = "trouble"
  instance_type = "t3.micro"
  source_ami    = "ami-0deb1200000000001"
  aws_polling {
    delay_seconds = 1
    max_attempts  = 8
  }
""" + SSH + """
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "shell" { inline = ["echo the machine is $(hostname)", "sleep 60", "echo not reached"] }
}
"""
QUICK = TEMPLATE.replace('"sleep 60", ', "")
NO_ROOM = {"status": 500, "code": "InsufficientInstanceCapacity",
           "message": "We currently do not have sufficient t3.micro capacity in the Availability Zone you requested."}


def fails(world, template, *said):
    """The output of a build that ends with code 1, says all of `said` and leaves nothing."""
    project = Project(world, {"node.pkr.hcl": template})
    code, output = project.run("build", "-color=false", "node.pkr.hcl")
    assert code == 1, output
    for text in said:
        assert text in output, (text, output)
    assert world.inventory() == {}, (world.inventory(), output)
    return output


def zones_tried(world):
    return [call["parameters"].get("Placement.AvailabilityZone") for call in world.calls("RunInstances")]


def test_where_there_is_no_room_another_zone_is_tried(world):
    world.fault("error", "RunInstances", times=2, **NO_ROOM)
    output = Project(world, {"node.pkr.hcl": QUICK}).build("node.pkr.hcl")
    said = re.findall(r"No room for t3.micro there \(InsufficientInstanceCapacity\); trying (\S+)\.\.\.", output)
    assert len(said) == 2 and zones_tried(world) == [None] + said, (zones_tried(world), output)


def test_a_type_that_a_zone_does_not_have(world):
    world.fault("error", "RunInstances", status=400, code="Unsupported",
                message="Your requested instance type (t3.micro) is not supported in your requested Availability "
                "Zone (us-east-1e). Please retry your request by not specifying an Availability Zone.")
    output = Project(world, {"node.pkr.hcl": QUICK}).build("node.pkr.hcl")
    assert "No room for t3.micro there (Unsupported)" in output, output
    assert len(zones_tried(world)) == 2, zones_tried(world)


def test_no_room_anywhere(world):
    world.fault("error", "RunInstances", times=0, **NO_ROOM)
    fails(world, QUICK, "InsufficientInstanceCapacity", "launching the source instance")
    tried = zones_tried(world)
    assert len(tried) > 2 and len(set(tried)) == len(tried), tried


def test_a_zone_of_the_template_is_the_only_one(world):
    world.fault("error", "RunInstances", times=0, **NO_ROOM)
    fails(world, QUICK.replace("instance_type", 'availability_zone = "us-east-1b"\n  instance_type'),
          "InsufficientInstanceCapacity")
    assert zones_tried(world) == ["us-east-1b"], zones_tried(world)


def test_a_limit_of_the_account_is_no_matter_of_the_zone(world):
    world.fault("error", "RunInstances", times=0, status=400, code="VcpuLimitExceeded",
                message="You have requested more vCPU capacity than your current vCPU limit of 32 allows.")
    fails(world, QUICK, "VcpuLimitExceeded", "vCPU limit of 32")
    assert len(zones_tried(world)) == 1, zones_tried(world)


def test_no_room_for_spot(world):
    world.fault("error", "CreateFleet", times=0, **NO_ROOM)
    fails(world, QUICK.replace("instance_type", 'spot_price = "auto"\n  instance_type'), "InsufficientInstanceCapacity")


def test_one_that_never_runs(world):
    world.control("settings", {"boot": 600})
    fails(world, QUICK, "waited too long for instance i-", "to be running", "aws_polling")


def test_one_that_ends_while_it_starts(world):
    world.control("settings", {"boot": 600})
    project = Project(world, {"node.pkr.hcl": QUICK})
    process = project.start("build", "-color=false", "node.pkr.hcl")
    checks.until(lambda: world.control("machines"))
    world.control("end", region=REGION, id=world.control("machines")[0]["id"], code="Client.InternalError",
                  reason="Client.InternalError: Client error on launch")
    assert process.wait(120) == 1, project.output()
    assert re.search(r"to become running: it is (shutting-down|terminated) "
                     r"\(Client.InternalError: Client error on launch\)", project.output()), project.output()
    assert world.inventory() == {}, world.inventory()


def test_one_where_nobody_answers(world):
    world.control("deaf", {"wanted": True})
    fails(world, QUICK.replace("60s", "4s"), "Timeout waiting for SSH", "ssh_timeout sets how long to wait",
          "The console of i-")


def test_one_that_powers_itself_off_before_anybody_logs_in(world):
    world.control("deaf", {"wanted": True})
    project = Project(world, {"node.pkr.hcl": QUICK.replace("60s", "200s")})
    process = project.start("build", "-color=false", "node.pkr.hcl")
    checks.until(lambda: "Waiting for SSH" in project.output())
    world.control("power-off", {}, region=REGION, id=world.control("machines")[0]["id"])
    assert process.wait(60) == 1, project.output()
    assert "ended before anybody could log in: it is " in project.output(), project.output()
    assert world.inventory() == {}, world.inventory()


def ended_in_the_middle(world, end):
    """Output of a build whose instance end(id) strikes while its script runs."""
    project = Project(world, {"node.pkr.hcl": TEMPLATE})
    process = project.start("build", "-color=false", "node.pkr.hcl")
    checks.until(lambda: "the machine is" in project.output())
    end(world.control("machines")[0]["id"])
    assert process.wait(60) == 1, project.output()
    assert "not reached" not in project.output(), project.output()
    assert world.inventory() == {}, (world.inventory(), project.output())
    return project.output()


def test_somebody_stops_it(world):
    output = ended_in_the_middle(world, lambda name: world.client("ec2").stop_instances(InstanceIds=[name]))
    assert re.search(r"The instance i-\w+ runs no more, and not by this build: it is stop", output), output


def test_somebody_terminates_it(world):
    output = ended_in_the_middle(world, lambda name: world.client("ec2").terminate_instances(InstanceIds=[name]))
    assert re.search(r"The instance i-\w+ runs no more, and not by this build: it is (terminated|shutting-down)",
                     output), output


def test_it_is_ended_also_by_who_may_not_look_at_instances(world):
    world.fault("error", "DescribeInstances", times=0, status=403, code="UnauthorizedOperation",
                message="You are not authorized to perform this operation.")
    project = Project(world, {"node.pkr.hcl": QUICK})
    code, output = project.run("build", "-color=false", "node.pkr.hcl")
    assert code == 1 and "UnauthorizedOperation" in output, output
    (ended,) = world.calls("TerminateInstances")
    assert ended["status"] == 200, ended
    checks.until(lambda: world.inventory().get(REGION, {}).keys() == {"security_groups"})
    assert "`kiln sweep` tries again" in output, output
    world.control("forgive", {})
    code, output = project.run("sweep")
    assert code == 0 and world.inventory() == {}, (world.inventory(), output)


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
