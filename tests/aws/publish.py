#!/usr/bin/env python3
"""`kiln publish`, post-processor amazon-publish and `kiln fetch`: what is there afterwards, byte for byte."""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess

import checks
import disks
from kiln import Project
from world import REGION, World

OTHER_REGION = "eu-west-1"


def project(world):
    world.control("settings", {"image": 0.05, "copy": 0.05, "snapshot": 0.05})
    return Project(world, {})


def publish(made, *arguments, code=0):
    """The output of `kiln publish`, which ends with that exit code."""
    got, output = made.run("publish", "-color=false", *arguments)
    assert got == code, f"exit code {got}:\n{output}"
    return output


def fetched(made, what, name="fetched.raw", *more):
    """The file that `kiln fetch` writes."""
    path = made.folder / name
    path.unlink(missing_ok=True)
    code, output = made.run("fetch", *more, what, name)
    assert code == 0, output
    return path


def image_of(world, name, region=REGION):
    images = world.client("ec2", region).describe_images(Owners=["self"])["Images"]
    return next(image for image in images if image["Name"] == name)


def snapshot_ids(image):
    return [device["Ebs"]["SnapshotId"] for device in image["BlockDeviceMappings"] if "SnapshotId" in device["Ebs"]]


def puts(world, since=0):
    """The block indexes that were put, in the order of the calls behind the first `since`."""
    return [int(call["parameters"]["index"]) for call in world.calls("PutSnapshotBlock")[since:]]


def same(a, b):
    assert os.path.getsize(a) == os.path.getsize(b) and disks.sum_of(a) == disks.sum_of(b), (a, b)


def nothing_left(world, made):
    assert world.inventory() == {}, world.inventory()
    assert made.run("sweep")[1] == "Nothing to sweep.\n", made.output()


def test_a_disk_becomes_an_image_and_comes_back(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 40 * disks.MIB + 4096)
    disks.fill(disk, [1, 2, 7, 40])
    disks.zero(disk, [20, 21])
    with open(disk, "r+b") as file:  # behind the last whole block
        file.seek(80 * disks.BLOCK + 4000)
        file.write(b"the end")
    output = publish(made, "-name", "node-1", "-tags", "Name=node", "-description", "a node", "-imds", "v2.0",
                     "-deprecate-at", "2030-01-31T12:00:00Z", "-regions", OTHER_REGION,
                     "-share-account", "210987654321", "node.raw")
    assert "Prevalidating AMI Name: node-1" in output, output
    assert sorted(puts(world)) == [0, 1, 2, 7, 40, 80], puts(world)
    image = image_of(world, "node-1")
    assert (image["Architecture"], image["BootMode"], image["VirtualizationType"]) == ("x86_64", "legacy-bios", "hvm")
    assert image["EnaSupport"] and image["RootDeviceName"] == "/dev/xvda" and image["Description"] == "a node", image
    assert {"Key": "Name", "Value": "node"} in image["Tags"] and {"Key": "kiln:role", "Value": "output"} in image["Tags"]
    device = image["BlockDeviceMappings"][0]["Ebs"]
    assert device["VolumeType"] == "gp3" and device["VolumeSize"] == 1 and device["DeleteOnTermination"], device
    known = world.control("image", region=REGION, id=image["ImageId"])
    assert known["imds_support"] == "v2.0" and known["deprecation_time"].startswith("2030-01-31"), known
    assert known["launch_permissions"] == [{"UserId": "210987654321"}], known
    assert image_of(world, "node-1", OTHER_REGION)["Tags"], "it is not copied"
    assert set(world.inventory()) == {REGION, OTHER_REGION}, world.inventory()
    for what in (image["ImageId"], snapshot_ids(image)[0]):
        path = fetched(made, what)
        same(path, disk)
        assert path.stat().st_blocks * 512 < 8 * disks.MIB, "what is fetched has no holes"
    assert fetched(made, image["ImageId"], "whole.raw", "-whole-volume").stat().st_size == 1 << 30
    record = json.loads((pathlib.Path(made.environment["XDG_STATE_HOME"]) / "kiln" / "publish" / "images" / REGION
                         / (image["ImageId"] + ".json")).read_text())
    assert record["images"][OTHER_REGION].startswith("ami-") and record["disks"][0]["changed_blocks"] == 6, record
    assert made.run("sweep")[1] == "Nothing to sweep.\n", made.output()
    assert image_of(world, "node-1")


def test_every_format_is_the_same_snapshot(world):
    if not shutil.which("qemu-img"):
        print("    skipped: there is no qemu-img")
        return
    made = project(world)
    disk = disks.partitioned(made.folder / "d.raw", 16 * disks.MIB)
    disks.fill(disk, [3, 5])
    for name, form in (("d.qcow2", ["qcow2"]), ("d.vmdk", ["vmdk", "-o", "subformat=streamOptimized"]),
                       ("d.vhd", ["vpc", "-o", "subformat=dynamic,force_size=on"]),
                       ("fixed.vhd", ["vpc", "-o", "subformat=fixed,force_size=on"])):
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", *form, disk, made.folder / name], check=True)
        publish(made, "-name", name, name)
        same(fetched(made, image_of(world, name)["ImageId"]), disk)


def test_several_disks_become_several_volumes(world):
    made = project(world)
    root = disks.partitioned(made.folder / "root.raw", 8 * disks.MIB)
    data = made.folder / "data.raw"
    data.write_bytes(b"")
    os.truncate(data, 6 * disks.MIB)
    disks.fill(data, [1, 4], seed=5)
    publish(made, "-name", "two", "-volume-size", "12", "root.raw", "data.raw")
    image = image_of(world, "two")
    assert [(d["DeviceName"], d["Ebs"]["VolumeSize"]) for d in image["BlockDeviceMappings"]] == [
        ("/dev/xvda", 12), ("/dev/sdf", 1)], image
    same(fetched(made, image["ImageId"]), root)
    same(fetched(made, image["ImageId"], "second.raw", "-device", "/dev/sdf"), data)


def test_a_chain_of_changes_stays_whole_while_its_parents_go(world):
    made = project(world)
    ec2 = world.client("ec2")
    chance = random.Random(7)
    disk = disks.partitioned(made.folder / "node.raw", 24 * disks.MIB)
    data = set(chance.sample(range(1, 48), 20))
    disks.fill(disk, sorted(data))
    publish(made, "-name", "step-0", "node.raw")
    for step in range(1, 22):
        since = len(puts(world))
        changed = set(chance.sample(range(1, 48), 3))
        disks.fill(disk, sorted(changed), seed=step)
        zeroed = set(chance.sample(sorted(data), 2)) - changed
        disks.zero(disk, sorted(zeroed))
        if step % 3 == 0:  # what was zeros becomes a hole, too
            subprocess.run(["fallocate", "--dig-holes", disk], check=True)
        expected = changed | zeroed
        data = (data | changed) - zeroed
        publish(made, "-name", f"step-{step}", "node.raw")
        assert sorted(puts(world, since)) == sorted(expected), (step, puts(world, since), expected)
        before = image_of(world, f"step-{step - 1}")
        assert {"Key": "kiln:parent-snapshot", "Value": snapshot_ids(before)[0]} in ec2.describe_snapshots(
            SnapshotIds=snapshot_ids(image_of(world, f"step-{step}")))["Snapshots"][0]["Tags"]
        if step % 2:  # the parent goes while the child is in use
            ec2.deregister_image(ImageId=before["ImageId"])
            ec2.delete_snapshot(SnapshotId=snapshot_ids(before)[0])
        if step % 5 == 0:
            same(fetched(made, image_of(world, f"step-{step}")["ImageId"]), disk)
    same(fetched(made, image_of(world, "step-21")["ImageId"]), disk)
    since = len(puts(world))
    publish(made, "-name", "unchanged", "node.raw")
    assert puts(world, since) == []
    same(fetched(made, image_of(world, "unchanged")["ImageId"]), disk)


def test_another_machine_reads_the_parent_and_sends_what_differs(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, [1, 2, 3])
    publish(made, "-name", "first", "node.raw")
    disks.fill(disk, [2], seed=2)
    maps = pathlib.Path(made.environment["XDG_STATE_HOME"]) / "kiln" / "publish" / "maps"
    next(maps.iterdir()).write_bytes(b"KILNMAP1 and something else")  # damaged is as good as lost
    code, output = made.run("publish", "-dry-run", "-name", "second", "node.raw")
    assert code == 0 and "1 of 4 blocks with data would be sent" in output, output
    shutil.rmtree(maps)
    since = len(puts(world))
    output = publish(made, "-name", "second", "node.raw")
    assert puts(world, since) == [2] and "reading its blocks" in output, output
    same(fetched(made, image_of(world, "second")["ImageId"]), disk)


def test_in_doubt_all_is_sent(world):
    made = project(world)
    ec2 = world.client("ec2")
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, [1, 2])
    publish(made, "-name", "plain", "node.raw")

    def all_are_sent(name, *arguments):
        since = len(puts(world))
        output = publish(made, "-name", name, *arguments, "node.raw")
        assert sorted(puts(world, since)) == [0, 1, 2], (name, puts(world, since), output)
        same(fetched(made, image_of(world, name)["ImageId"]), disk)
        return output

    output = all_are_sent("with a key", "-kms-key-id", "alias/mine")
    assert "is not encrypted, and the new one shall be" in output, output
    all_are_sent("another lineage", "-lineage", "other")
    all_are_sent("told so", "-parent", "none")
    world.fault("error", "StartSnapshot", status=400, code="ValidationException", message="no such parent for you")
    assert "is not taken as the parent" in all_are_sent("refused")
    for image in ec2.describe_images(Owners=["self"])["Images"]:
        ec2.deregister_image(ImageId=image["ImageId"])
        ec2.delete_snapshot(SnapshotId=snapshot_ids(image)[0])
    all_are_sent("gone")
    output = publish(made, "-name", "named", "-parent", "snap-0123456789abcdef0", "node.raw", code=1)
    assert "the account has no snapshot snap-0123456789abcdef0" in output, output


def test_faults_on_the_way_change_nothing(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 20 * disks.MIB)
    disks.fill(disk, range(1, 30))
    world.fault("error", "PutSnapshotBlock", times=2, status=404, code="ResourceNotFoundException")
    world.fault("error", "PutSnapshotBlock", nth=5, times=6, status=400, code="RequestThrottledException")
    world.fault("lost", "PutSnapshotBlock", nth=12, times=2)
    world.fault("garbled", "PutSnapshotBlock", nth=16, times=2)
    world.fault("error", "PutSnapshotBlock", nth=20, status=500, code="InternalServerException")
    world.fault("late", "PutSnapshotBlock", nth=22, seconds=1)
    world.fault("lost", "StartSnapshot")
    world.fault("lost", "CompleteSnapshot")
    world.fault("lost", "RegisterImage")
    publish(made, "-name", "hard", "node.raw")
    assert {kind: len(found) for kind, found in world.inventory()[REGION].items()} == {"images": 1, "snapshots": 1}
    image = image_of(world, "hard")["ImageId"]
    world.fault("error", "GetSnapshotBlock", times=3, status=400, code="RequestThrottledException")
    world.fault("lost", "GetSnapshotBlock", nth=5)
    world.fault("error", "ListSnapshotBlocks", status=500, code="InternalServerException")
    same(fetched(made, image), disk)


def test_what_is_refused_leaves_nothing(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, range(1, 12))
    for action, code in (("PutSnapshotBlock", "AccessDeniedException"), ("CompleteSnapshot", "ValidationException"),
                         ("StartSnapshot", "ServiceQuotaExceededException"), ("RegisterImage", "InvalidBlockDeviceMapping")):
        world.fault("error", action, status=400, code=code, message="not like this")
        output = publish(made, "-name", "refused", "node.raw", code=1)
        assert f"{action}: {code}" in output and "not like this" in output, output
        world.control("forgive", {})
        nothing_left(world, made)


def held(world, made, action, nth, *arguments):
    """A `kiln publish` whose nth call of `action` has had its effect and has no answer."""
    world.fault("hold", action, nth=nth)
    process = made.start("publish", "-color=false", *arguments)
    assert world.control("held", seconds=60), made.output()
    return process


def test_a_snapshot_that_fails_is_removed(world):
    made = project(world)
    disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    process = held(world, made, "CompleteSnapshot", 1, "-name", "failing", "node.raw")
    world.control("fail-snapshots", {})
    world.control("release", {})
    assert process.wait(60) == 1 and "failed" in made.output(), made.output()
    nothing_left(world, made)


def test_a_disk_that_changes_is_not_published(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, [1, 2])
    process = held(world, made, "PutSnapshotBlock", 2, "-name", "changing", "node.raw")
    disks.fill(disk, [2], seed=3)
    world.control("release", {})
    assert process.wait(60) == 1 and "node.raw has changed while it was read" in made.output(), made.output()
    nothing_left(world, made)


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_anywhere_and_run_again_it_is_the_same(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, range(1, 6))
    moments = [("PutSnapshotBlock", nth) for nth in range(1, 7)] + [("StartSnapshot", 1), ("CompleteSnapshot", 1)]
    for action, nth in moments:
        name = f"{action}-{nth}"
        kill(held(world, made, action, nth, "-name", name, "-parent", "none", "node.raw"))
        world.control("release", {})
        sent = len(puts(world))
        output = publish(made, "-name", name, "-parent", "none", "node.raw")
        if action == "CompleteSnapshot":
            assert len(puts(world)) == sent, output
        same(fetched(made, image_of(world, name)["ImageId"]), disk)
        made.run("sweep")
        assert image_of(world, name)["State"] == "available"
        left = world.inventory()[REGION]
        assert len(left["images"]) == len(left["snapshots"]), (name, left)


def test_killed_and_swept_nothing_is_left(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, range(1, 6))
    for action in ("StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot", "RegisterImage"):
        kill(held(world, made, action, 1, "-name", "swept", "node.raw"))
        world.control("release", {})
        assert world.inventory()[REGION]["snapshots"], action
        code, output = made.run("sweep")
        assert code == 0 and world.inventory() == {}, (action, output, world.inventory())


def test_interrupted_it_stays_until_it_goes_on_or_is_swept(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, range(1, 6))
    process = held(world, made, "PutSnapshotBlock", 3, "-name", "stopped", "node.raw")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130 and "the same command goes on" in made.output(), made.output()
    world.control("release", {})
    output = publish(made, "-name", "stopped", "node.raw")
    assert "Going on with snap-" in output, output
    same(fetched(made, image_of(world, "stopped")["ImageId"]), disk)
    made.run("sweep")
    assert {kind: len(found) for kind, found in world.inventory()[REGION].items()} == {"images": 1, "snapshots": 1}


def test_a_disk_that_changed_since_is_sent_anew(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, range(1, 6))
    kill(held(world, made, "PutSnapshotBlock", 4, "-name", "anew", "node.raw"))
    world.control("release", {})
    disks.zero(disk, range(1, 4))
    output = publish(made, "-name", "anew", "node.raw")
    assert "is of no use any more" in output, output
    same(fetched(made, image_of(world, "anew")["ImageId"]), disk)
    made.run("sweep")
    assert {kind: len(found) for kind, found in world.inventory()[REGION].items()} == {"images": 1, "snapshots": 1}


def test_what_can_not_start_is_said_before_anything_is_sent(world):
    made = project(world)
    (made.folder / "empty.raw").write_bytes(b"")
    (made.folder / "text.raw").write_bytes(b"no disk at all\n" * 1000)
    disks.partitioned(made.folder / "cut.raw", 8 * disks.MIB)
    os.truncate(made.folder / "cut.raw", 6 * disks.MIB)
    disks.partitioned(made.folder / "bare.raw", 8 * disks.MIB, boot_code=False)
    disks.with_system(made.folder / "without.raw", made.folder / "tree1", modules=("nvme",))
    disks.with_system(made.folder / "arm.raw", made.folder / "tree2", machine=0xb7)
    for name, message in (("empty.raw", "empty.raw is empty"), ("text.raw", "is no disk image"),
                          ("cut.raw", "cut.raw is not whole"), ("bare.raw", "it has no boot loader"),
                          ("without.raw", "none of its kernels (6.1.0) has the driver ena"),
                          ("arm.raw", "its system is of arm64, and the AMI shall be of x86_64"),
                          ("absent.raw", "absent.raw: No such file"), ("tree1", "tree1 is a folder")):
        assert message in publish(made, "-name", "bad", name, code=1), (name, made.output())
    for message, *arguments in (("needs the name of the AMI", "bare.raw"), ("needs a disk image", "-name", "x"),
                                ("KEY=VALUE", "-name", "xyz", "-tags", "x", "bare.raw")):
        assert message in publish(made, *arguments, code=2), made.output()
    for message, *arguments in (("is no snapshot", "-parent", "yes"), ("no region", "-regions", "eu-north-9"),
                                ("is no time of RFC 3339", "-deprecate-at", "soon"),
                                ("may not stand in it", "-name", "a:b:c")):
        assert message in publish(made, "-name", "xyz", *arguments, "bare.raw", code=1), made.output()
    assert not world.calls("StartSnapshot") and world.inventory() == {}
    disks.with_system(made.folder / "good.raw", made.folder / "tree3")
    output = publish(made, "-name", "good", "good.raw")
    assert "Warning" not in output, output
    assert "is used by an existing AMI" in publish(made, "-name", "good", "good.raw", code=1), made.output()
    publish(made, "-name", "bare", "-skip-image-check", "bare.raw")
    first = image_of(world, "good")["ImageId"]
    publish(made, "-force", "-name", "good", "good.raw")
    assert image_of(world, "good")["ImageId"] != first
    same(fetched(made, image_of(world, "good")["ImageId"]), made.folder / "good.raw")


TEMPLATE = """
source "null" "node" { communicator = "none" }
build {
  sources = ["null.node"]
  post-processor "amazon-publish" {
    ami_name     = "of-a-template"
    disks        = ["node.raw"]
    tags         = { Name = "{{ build_name }}" }
    ami_regions  = ["eu-west-1"]
    encrypt_boot = true
    kms_key_id   = "alias/mine"
  }
}
"""


def test_a_template_publishes_too(world):
    made = project(world)
    (made.folder / "t.pkr.hcl").write_text(TEMPLATE)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, [1, 2])
    output = made.build("t.pkr.hcl")
    assert "AMIs were created" in output, output
    image = image_of(world, "of-a-template")
    assert {"Key": "Name", "Value": "node"} in image["Tags"], image
    snapshot = world.client("ec2").describe_snapshots(SnapshotIds=snapshot_ids(image))["Snapshots"][0]
    assert snapshot["Encrypted"] and snapshot["KmsKeyId"].endswith(":alias/mine"), snapshot
    image_of(world, "of-a-template", OTHER_REGION)
    same(fetched(made, image["ImageId"]), disk)
    started = len(world.calls("StartSnapshot"))
    code, output = made.run("build", "-color=false", "t.pkr.hcl")
    assert code == 1 and "is used by an existing AMI" in output, output
    assert len(world.calls("StartSnapshot")) == started


def test_fetch_says_what_it_can_not_do(world):
    made = project(world)
    disk = disks.partitioned(made.folder / "node.raw", 8 * disks.MIB)
    disks.fill(disk, [1])
    publish(made, "-name", "here", "node.raw")
    image = image_of(world, "here")
    ec2 = world.client("ec2")
    for code, message, *arguments in ((2, "neither an AMI nor a snapshot", "vol-1", "x"),
                                      (1, "there is no AMI ami-00000000", "ami-00000000", "x"),
                                      (1, "node.raw exists already", image["ImageId"], "node.raw"),
                                      (1, "has no snapshot for /dev/sdz, but /dev/xvda", "-device", "/dev/sdz",
                                       image["ImageId"], "x"),
                                      (1, "does not exist", "snap-0123456789abcdef0", "x")):
        got, output = made.run("fetch", *arguments)
        assert got == code and message in output, (got, output)
    ec2.create_tags(Resources=snapshot_ids(image), Tags=[{"Key": "kiln:map-sha256", "Value": "0" * 64}])
    code, output = made.run("fetch", image["ImageId"], "other.raw")
    assert code == 1 and "does not hold what was published" in output, output
    names = ("x", "x.partial", "other.raw", "other.raw.partial")
    left = [name for name in names if (made.folder / name).exists()]
    assert left == [], left


def test_images_are_compared_and_listed_without_a_machine(world):
    made = project(world)
    tree = made.folder / "tree"
    images = []
    for number, port in enumerate((22, 2222)):
        (tree / "etc/ssh").mkdir(parents=True, exist_ok=True)
        (tree / "etc/ssh/sshd_config").write_text(f"Port {port}\n")
        disk = disks.with_system(made.folder / f"{number}.raw", tree)
        publish(made, "-name", f"system-{number}", disk.name)
        images.append(image_of(world, f"system-{number}"))
    first, second = (image["ImageId"] for image in images)
    temp = made.folder / "temp"
    temp.mkdir()
    started = len(world.calls("RunInstances"))
    for before, after in ((first, second), (snapshot_ids(images[0])[0], "1.raw")):
        code, output = made.run("diff", "-exit-code", "-json", before, after, TMPDIR=str(temp))
        assert code == 3, output
        found = json.loads(output)
        assert [file["name"] for file in found["files"]] == ["/etc/ssh/sshd_config"], found
        assert (found["before"], found["after"]) == (before, after), found
    code, output = made.run("diff", "-exit-code", first, "0.raw", TMPDIR=str(temp))
    assert code == 0, output
    bills = [made.run("sbom", first, TMPDIR=str(temp)) for _ in range(2)]
    assert bills[0] == bills[1] and bills[0][0] == 0 and json.loads(bills[0][1])["name"] == first, bills
    code, output = made.run("diff", "ami-00000000", "0.raw", TMPDIR=str(temp))
    assert code == 1 and "there is no AMI ami-00000000" in output, output
    # A file of that name is what is meant.
    shutil.copy(made.folder / "1.raw", made.folder / "ami-00000000")
    assert made.run("diff", "-exit-code", "ami-00000000", "1.raw", TMPDIR=str(temp))[0] == 0, made.output()
    assert list(temp.iterdir()) == [] and len(world.calls("RunInstances")) == started


def test_an_image_is_proven_by_its_id(world):
    made = project(world)
    tree = made.folder / "tree"
    (tree / "root/.ssh").mkdir(parents=True)
    (tree / "root/.ssh/authorized_keys").write_text("ssh-ed25519 AAAA somebody\n")
    (tree / "boot").mkdir()
    for name in ("vmlinuz", "initrd.img"):
        (tree / f"boot/{name}-6.1.0").write_text("x")
    disk = disks.with_system(made.folder / "proven.raw", tree, modules=("nvme",))
    publish(made, "-name", "proven", "-skip-image-check", disk.name)
    image = image_of(world, "proven")
    temp = made.folder / "temp"
    temp.mkdir()
    started = len(world.calls("RunInstances"))
    for what in (image["ImageId"], snapshot_ids(image)[0]):
        code, output = made.run("test", "-json", what, TMPDIR=str(temp))
        found = json.loads(output)
        bad = [(one["id"], one["subject"]) for one in found["results"] if one["status"] != "pass"]
        assert code == 1 and bad == [("authorized-keys", "/root/.ssh/authorized_keys"), ("ena", "6.1.0")], output
        assert found["image"] == what, found
    code, output = made.run("test", "-skip", "authorized-keys,ena", "-region", REGION, image["ImageId"], TMPDIR=str(temp))
    assert code == 0 and output.endswith(" passed\n"), output
    assert list(temp.iterdir()) == [] and len(world.calls("RunInstances")) == started


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
