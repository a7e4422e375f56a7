#!/usr/bin/env python3
"""SSH through a tunnel of the Systems Manager: no open port, no token in sight, nothing left."""

import json
import os
import pathlib
import signal
import socket

import checks
import world as emulated
from kiln import SSH, Project, left_of_builds
from world import REGION, World

PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"
TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name      = "through-a-tunnel"
  source_ami    = "ami-0deb1200000000001"
  instance_type = "t3.micro"
  ssh_interface = "session_manager"
  %s
""" + SSH + """
}
build {
  sources = ["amazon-ebs.node"]
  %s
}
"""
PROFILE = 'iam_instance_profile = "managed"'
SHAPED = 'provisioner "shell" { inline = ["echo shaped it"] }'
# All command lines of the machine, as any user sees them.
LOOK_AROUND = """
  provisioner "shell" { inline = ["cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\\\0' ' ' > %s; true"] }
"""


class Tunnelled(Project):
    """A project with the stand-in for the plugin in its PATH."""

    def __init__(self, world, more=PROFILE, provisioners=SHAPED):
        super().__init__(world, {})
        iam = world.client("iam")
        if not iam.list_instance_profiles()["InstanceProfiles"]:
            iam.create_instance_profile(InstanceProfileName="managed")
        (self.folder / "t.pkr.hcl").write_text(
            TEMPLATE % (more, provisioners.replace("FOLDER", str(self.folder))))
        self.environment["PATH"] = f"{PROGRAMS}:{self.environment['PATH']}"
        self.environment["PLUGIN_LOG"] = str(self.folder / "plugin.log")

    def plugins(self):
        log = self.folder / "plugin.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def made(world):
    """What is there besides the instance profile that the templates name."""
    inventory = world.inventory()
    assert inventory.pop("global") == {"instance_profiles": {"managed": {}}}, world.inventory()
    return inventory


def nothing_stays(world, project):
    for plugin in project.plugins():
        assert not pathlib.Path(f"/proc/{plugin['pid']}").exists(), plugin
    sessions = world.control("sessions")
    assert sessions and all(session["ended"] for session in sessions.values()), sessions


def no_token(world, *texts):
    for session in world.control("sessions").values():
        for text in texts:
            assert session["token"] not in text, text


def test_a_build_goes_through_the_tunnel(world):
    project = Tunnelled(world, provisioners=SHAPED + LOOK_AROUND % "FOLDER/processes")
    output = project.build("t.pkr.hcl", PACKER_LOG="1", PACKER_LOG_PATH=str(project.folder / "log"))
    assert "shaped it" in output and 'Starting portForwarding session "emulator-' in output, output
    assert "Using SSH communicator to connect: 127.0.0.1" in output, output
    (plugin,) = project.plugins()
    (machine,) = {call["parameters"]["Target"] for call in world.calls("StartSession")}
    request = {"Target": machine, "DocumentName": "AWS-StartPortForwardingSession", "Parameters": {
        "portNumber": [str(emulated.SSH_PORT)], "localPortNumber": [str(plugin["port"])]}}
    assert plugin["request"] == request and plugin["by_variable"], plugin
    assert (plugin["region"], plugin["operation"], plugin["profile"]) == (REGION, "StartSession", ""), plugin
    assert plugin["argv"][-2] == world.endpoint, plugin
    assert not world.calls("AuthorizeSecurityGroupIngress"), "no port has to be open"
    nothing_stays(world, project)
    processes = (project.folder / "processes").read_text()
    assert "AWS_SSM_START_SESSION_RESPONSE" in processes, "the plugin is not among the processes"
    log = project.folder / "log"
    no_token(world, output, processes, json.dumps(plugin), log.read_text() if log.exists() else "")


def test_it_is_made_again_after_a_reboot(world):
    reboot = """
  provisioner "shell" {
    expect_disconnect = true
    inline = ["kill $(sed 's/.*\\"pid\\": \\\\([0-9]*\\\\).*/\\\\1/' FOLDER/plugin.log); sleep 30"]
  }
"""
    project = Tunnelled(world, provisioners=reboot + SHAPED)
    output = project.build("t.pkr.hcl")
    assert "shaped it" in output, output
    first, second = project.plugins()
    assert first["port"] == second["port"], "build.Port stays true"
    assert len(world.calls("TerminateSession")) == 2
    nothing_stays(world, project)


def test_the_agent_may_call_late(world):
    world.fault("error", "StartSession", times=2, status=400, code="TargetNotConnected", message="not connected")
    project = Tunnelled(world)
    output = project.build("t.pkr.hcl")
    assert output.count("Waiting for the SSM agent of i-") == 1 and "shaped it" in output, output
    world.fault("error", "StartSession", times=0, status=400, code="TargetNotConnected", message="not connected")
    project = Tunnelled(world)
    template = project.folder / "t.pkr.hcl"
    template.write_text(template.read_text().replace('"60s"', '"3s"').replace("through-a", "never-through-a"))
    code, output = project.run("build", "-color=false", "t.pkr.hcl")
    assert code == 1 and "Timeout waiting for SSH. The last attempt: StartSession: TargetNotConnected" in output, output


def test_a_refusal_is_final(world):
    world.fault("error", "StartSession", times=0, status=400, code="AccessDeniedException", message="You may not.")
    code, output = Tunnelled(world).run("build", "-color=false", "t.pkr.hcl")
    assert code == 1 and "StartSession: AccessDeniedException: You may not." in output, output
    assert len(world.calls("StartSession")) == 1 and made(world) == {}, world.inventory()


def test_a_plugin_that_fails_is_quoted_without_the_token(world):
    project = Tunnelled(world)
    template = project.folder / "t.pkr.hcl"
    template.write_text(template.read_text().replace('"60s"', '"3s"'))
    code, output = project.run("build", "-color=false", "t.pkr.hcl", PLUGIN_FAILS="1")
    assert code == 1 and "session-manager-plugin ended by itself: the token is ***" in output, output
    no_token(world, output)
    nothing_stays(world, project)
    assert made(world) == {}, world.inventory()


def test_an_old_plugin_is_warned_of(world):
    project = Tunnelled(world)
    output = project.build("t.pkr.hcl", PLUGIN_VERSION="1.2.497.0")
    assert "session-manager-plugin 1.2.497.0 takes the session's token as an argument" in output, output
    (plugin,) = project.plugins()
    assert not plugin["by_variable"], plugin
    no_token(world, output)


def test_without_the_plugin_nothing_is_made(world):
    project = Tunnelled(world)
    code, output = project.run("build", "-color=false", "t.pkr.hcl", PATH="/usr/bin:/bin")
    assert code == 1 and "install Amazon's package session-manager-plugin" in output, output
    assert not world.calls("RunInstances", "ImportKeyPair", "CreateSecurityGroup")


def test_it_needs_a_profile_and_no_bastion(world):
    for more, message in (("", "the session manager needs an instance profile that allows it"),
                          (PROFILE + '\n  ssh_bastion_host = "b"\n  ssh_bastion_username = "u"\n'
                                     '  ssh_bastion_password = "p"', "no other way leads to it")):
        code, output = Tunnelled(world, more).run("validate", "t.pkr.hcl")
        assert code != 0 and message in output, output
    assert not world.calls("GetCallerIdentity", "DescribeImages")


def test_a_port_of_the_template_that_is_taken_is_an_error(world):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = Tunnelled(world, PROFILE + f"\n  session_manager_port = {port}").run(
            "build", "-color=false", "t.pkr.hcl")
    assert code == 1 and f"port {port} of this machine is in use" in output, output
    assert made(world) == {}, world.inventory()
    project = Tunnelled(world, PROFILE + f"\n  session_manager_port = {port}")
    project.build("t.pkr.hcl")
    assert project.plugins()[0]["port"] == port


def test_with_a_profile_of_its_own(world):
    policy = """
  temporary_iam_instance_profile_policy_document {
    Statement {
      Effect   = "Allow"
      Action   = ["ssm:*", "ssmmessages:*", "ec2messages:*"]
      Resource = ["*"]
    }
  }"""
    project = Tunnelled(world, policy)
    project.build("t.pkr.hcl")
    nothing_stays(world, project)
    made(world)


def test_killed_nothing_stays(world):
    project = Tunnelled(world, provisioners='provisioner "shell" { inline = ["touch FOLDER/there; sleep 60"] }')
    before = world.inventory()
    process = project.start("build", "-color=false", "t.pkr.hcl")
    checks.until((project.folder / "there").exists, 60)
    (plugin,) = project.plugins()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    checks.until(lambda: not pathlib.Path(f"/proc/{plugin['pid']}").exists(), 5)
    code, output = project.run("sweep")
    assert code == 0 and not left_of_builds(world, before), output


def test_interrupted_the_session_ends(world):
    project = Tunnelled(world, provisioners='provisioner "shell" { inline = ["touch FOLDER/there; sleep 60"] }')
    process = project.start("build", "-color=false", "t.pkr.hcl")
    checks.until((project.folder / "there").exists, 60)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) != 0
    nothing_stays(world, project)
    assert made(world) == {}, world.inventory()


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
