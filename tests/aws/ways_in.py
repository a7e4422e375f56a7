#!/usr/bin/env python3
"""Which address of an instance is taken, and the way there through a bastion."""

import getpass
import re
import subprocess

import checks
from kiln import SSH, Project
from world import REGION, SSH_PORT, World

SOURCE = "ami-0deb1200000000001"
TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name      = "ways-in"
  instance_type = "t3.micro"
  source_ami    = "%s"
  skip_create_ami = true
  MORE
""" % SOURCE + SSH + """
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "shell" { inline = ["echo shaped it"] }
  provisioner "file" {
    source      = "node.pkr.hcl"
    destination = "received"
  }
}
"""


def project_with(world, *lines):
    return Project(world, {"node.pkr.hcl": TEMPLATE.replace("MORE", "\n  ".join(lines))})


def start_bastion(world, project):
    """Address and log of a machine that lets in the key `key` of the project's folder."""
    key = project.folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    ec2 = world.client("ec2")
    ec2.import_key_pair(KeyName="bastion", PublicKeyMaterial=key.with_suffix(".pub").read_bytes())
    ec2.run_instances(ImageId=SOURCE, InstanceType="t3.micro", MinCount=1, MaxCount=1, KeyName="bastion")
    (machine,) = world.control("machines")
    return machine["address"], machine["home"] + "/../log"


BASTION = ['ssh_interface = "private_ip"', 'ssh_bastion_host = var.bastion', f"ssh_bastion_port = {SSH_PORT}",
           f'ssh_bastion_username = "{getpass.getuser()}"', 'ssh_bastion_private_key_file = "key"']
VARIABLE = 'variable "bastion" {}\n'


def test_an_instance_behind_a_bastion(world):
    project = project_with(world, *BASTION)
    template = project.folder / "node.pkr.hcl"
    template.write_text(VARIABLE + template.read_text())
    address, log = start_bastion(world, project)
    output = project.build("-var", f"bastion={address}", "node.pkr.hcl")
    assert "shaped it" in output, output
    assert "Accepted publickey" in open(log).read(), "nobody came by the bastion"
    own = [machine for machine in world.control("machines") if machine["address"] != address]
    assert len(own) == 1 and open(own[0]["home"] + "/received").read() == template.read_text()
    left = world.inventory()[REGION]
    assert len(left["instances"]) == 1 and "security_groups" not in left, left


def test_a_bastion_that_lets_nobody_in(world):
    project = project_with(world, *BASTION)
    template = project.folder / "node.pkr.hcl"
    template.write_text(VARIABLE + template.read_text().replace("60s", "3s"))
    address, _ = start_bastion(world, project)
    (project.folder / "key").unlink()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", project.folder / "key"], check=True)
    code, output = project.run("build", "-color=false", "-var", f"bastion={address}", "node.pkr.hcl")
    assert code == 1 and re.search(rf"bastion[^\n]*{re.escape(address)}", output), output
    assert len(world.inventory()[REGION]["instances"]) == 1, world.inventory()


def test_the_private_address_of_one_that_has_no_other(world):
    project = project_with(world, "associate_public_ip_address = false")
    output = project.build("node.pkr.hcl")
    assert "shaped it" in output, output
    (launched,) = world.calls("RunInstances")
    assert launched["parameters"]["NetworkInterface.1.AssociatePublicIpAddress"] == "false", launched


def test_a_public_address_that_never_comes(world):
    project = project_with(world, "associate_public_ip_address = false", 'ssh_interface = "public_ip"',
                           "aws_polling {\n    delay_seconds = 1\n    max_attempts = 3\n  }")
    code, output = project.run("build", "-color=false", "node.pkr.hcl")
    assert code == 1 and "waited too long for an address of i-" in output, output
    assert world.inventory() == {}, world.inventory()


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
