#!/usr/bin/env python3
"""The examples that are built on EC2, as they are, on instances with a system of their own."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile

import checks
from kiln import Project, flat
from world import SSH_PORT, World

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
KILN_NODE = os.environ.get("KILN_NODE", "")
EKS_IMAGE = "ami-0a120230000000002"


def build(world, example, *variables, **environment):
    """(project, output) of an example's build, whose instances have disks."""
    world.control("disks", {"wanted": True})
    project = Project(world, {})
    before = world.inventory()
    words = [word for variable in (f"ssh_port={SSH_PORT}", *variables) for word in ("-var", variable)]
    output = project.build(*words, str(EXAMPLES / example), **environment)
    kinds = {key[1] for key in flat(world.inventory()) if key not in flat(before)}
    assert kinds == {"images", "snapshots"}, f"{kinds} are left:\n{output}"
    return project, output


def written(world, number=0):
    """{path: (mode, user id, bytes)} of the files that the instance's system has written."""
    folder = pathlib.Path(world.control("machines")[number]["home"]).parent
    with tarfile.open(folder / "disk.tar") as archive:
        return {member.name.removeprefix("."): (member.mode, member.uid, archive.extractfile(member).read())
                for member in archive if member.isfile()}


def image_tags(world, region="us-east-1"):
    [image] = world.client("ec2", region).describe_images(Owners=["self"])["Images"]
    return image["Name"], {tag["Key"]: tag["Value"] for tag in image["Tags"]}


def test_the_xrd_node(world):
    project, output = build(
        world, "xrd-node", "kubernetes_version=1.32", "source_ami_owner=137112412989", f"kiln_node={KILN_NODE}",
        'tags={"team": "core", "Generated_By": "us"}', 'ami_regions=["eu-west-1"]')
    assert f"Found Image ID: {EKS_IMAGE}" in output, output
    assert "no igb_uio_source: NICs will be bound to vfio-pci" in output, output
    files = written(world)
    mode, owner, text = files["/etc/xrd/bootstrap.sh"]
    assert (mode & 0o777, owner) == (0o755, 0) and b"kiln-node bootstrap" in text, files.keys()
    mode, owner, program = files["/usr/sbin/kiln-node"]
    assert (mode, owner) == (0o755, 0) and program == pathlib.Path(KILN_NODE).read_bytes(), (mode, owner)
    assert b"base: xrd-vrouter" in files["/etc/kiln-node/profile.yaml"][2]
    for unit in ("kiln-node.service", "kiln-node-early.service"):
        assert b"kiln-node" in files[f"/etc/systemd/system/{unit}"][2], unit
    assert not [name for name in files if name.startswith("/tmp") or "igb_uio" in name], files.keys()
    assert b"packer_" not in files["/home/ec2-user/.ssh/authorized_keys"][2], "the build's key stays in the image"
    for region in ("us-east-1", "eu-west-1"):
        name, tags = image_tags(world, region)
        assert re.fullmatch(r"xrd-1\.32-\d+", name), name
        wanted = {"Generated_By": "us", "team": "core", "Kubernetes_Version": "1.32", "Base_AMI_ID": EKS_IMAGE}
        assert wanted.items() <= tags.items(), tags
    manifest = json.loads((project.folder / "xrd-node.json").read_text())
    assert manifest["builds"][-1]["custom_data"] == {"kubernetes_version": "1.32"}, manifest


def test_the_xrd_node_with_a_source_that_is_not_what_it_says(world):
    world.control("disks", {"wanted": True})
    project = Project(world, {"kmods.tar": "not what was asked for"})
    before = world.inventory()
    words = [word for variable in (
        f"ssh_port={SSH_PORT}", "kubernetes_version=1.32", "source_ami_owner=137112412989",
        "igb_uio_source=/etc/hostname", "igb_uio_sha256=" + "0" * 64, f"kiln_node={KILN_NODE}")
        for word in ("-var", variable)]
    code, output = project.run("build", "-color=false", *words, str(EXAMPLES / "xrd-node"))
    assert code == 1 and "FAILED" in output, output
    assert world.inventory() == before, output


def test_the_nodes_of_several_distributions(world):
    """The instance's own system is the host's, Debian; what kubelet is stands for it."""
    world.control("disks", {"wanted": True})
    project = Project(world, {"kubernetes/kubelet": "#!/bin/sh\necho Kubernetes v1.33.0\n"})
    subprocess.run("sha256sum kubelet >SHA256SUMS", shell=True, check=True, cwd=project.folder / "kubernetes")
    before = world.inventory()
    words = ["-only=ami", "-var-file", str(EXAMPLES / "base-images/distributions/debian-12.json")]
    for variable in (f"ssh_port={SSH_PORT}", "ssh_username=ec2-user", "services_run=false",
                     f"kubernetes_files={project.folder}/kubernetes"):
        words += ["-var", variable]
    output = project.build(*words, str(EXAMPLES / "base-images/packer.json"))
    kinds = {key[1] for key in flat(world.inventory()) if key not in flat(before)}
    assert kinds == {"images", "snapshots"}, f"{kinds} are left:\n{output}"
    assert re.search(r"failed=0", output) and "Failed: 0, Skipped: 0" in output, output
    files = written(world)
    mode, owner, program = files["/usr/bin/kubelet"]
    assert (mode & 0o777, owner) == (0o755, 0) and b"v1.33.0" in program, (mode, owner)
    assert b"SystemdCgroup = true" in files["/etc/containerd/config.toml"][2], files.keys()
    name, tags = image_tags(world)
    assert re.fullmatch(r"node-debian-12-\d+", name), name
    assert {"distribution": "debian-12", "source_ami": "ami-0deb1200000000002"}.items() <= tags.items(), tags


def test_nodes_with_disks(world):
    project, output = build(world, "eks-nodes", 'disks={"/dev/sde": 16, "/dev/sdf": 2}', 'tags={"release": "7"}',
                            SOURCE_AMI=EKS_IMAGE)
    images = world.client("ec2").describe_images(Owners=["self"])["Images"]
    devices = {image["Name"].rpartition("-")[0]: {
        one["DeviceName"]: one["Ebs"]["VolumeSize"] for one in image["BlockDeviceMappings"]} for image in images}
    assert devices == {"eks-node": {"/dev/xvda": 8},
                       "eks-node-disks": {"/dev/xvda": 8, "/dev/sde": 16, "/dev/sdf": 2}}, devices
    for image in images:
        tags = {tag["Key"]: tag["Value"] for tag in image["Tags"]}
        assert {"release": "7", "Base_AMI_ID": EKS_IMAGE, "Built_In": "us-east-1"}.items() <= tags.items(), tags
        assert f"us-east-1: {image['ImageId']}" in output, output
    for number in range(2):
        files = written(world, number)
        assert files["/etc/sysctl.d/60-search-engine.conf"][2] == b"vm.max_map_count = 262144\n", files.keys()
        assert files["/home/ec2-user/history.md"][2] == (EXAMPLES / "eks-nodes/history.md").read_bytes()
    assert len(json.loads((project.folder / "eks-nodes.json").read_text())["builds"]) == 2


def main():
    if os.geteuid() != 0:
        print("skipped: a system behind an instance takes root")
        sys.exit(77)
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
