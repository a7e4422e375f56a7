#!/usr/bin/env python3
"""kiln image rm and restore, kiln snapshot rm, on accounts full of traps: exactly what was shown goes."""

import json
import os
import pty
import signal
import subprocess

import kiln as programs
import checks
from account import add_image, add_snapshot, copy_image, images, quick, set_facts, snapshots
from kiln import Project
from world import REGION, World

EUROPE = "eu-west-1"
ASIA = "ap-south-1"


def kiln(world, *arguments, code=0, project=None):
    project = project or Project(world, {})
    found, output = project.run(*arguments)
    assert found == code, f"exit code {found}:\n{output}"
    return output


def test_all_snapshots_of_all_mappings_go_in_every_region(world):
    quick(world)
    image, own = add_image(world, "node-1", snapshots=[add_snapshot(world) for _ in range(3)])
    copy, of_copy = copy_image(world, image, REGION, EUROPE, "renamed")
    other, of_other = add_image(world, "node-2")
    before = images(world), snapshots(world)
    shown = kiln(world, "image", "rm", "-dry-run", "node-1")
    assert (images(world), snapshots(world)) == before, "a dry run has changed something"
    for name in (image, copy, *own, *of_copy):
        assert name in shown, f"{name} is not in\n{shown}"
    assert other not in shown
    assert f"{EUROPE} of account 123456789012" in shown
    # 24 GiB at 0.05 and 24 at 0.055
    assert "frees at most 48.0 GiB of snapshots, 2.52 USD a month" in shown, shown
    output = kiln(world, "image", "rm", "-yes", "node-1")
    assert images(world) == {(REGION, other)}
    assert snapshots(world) == {(REGION, of_other[0])}
    assert output.count("removed ") == 8, output
    assert "Nothing to sweep" in kiln(world, "sweep")


def test_a_copy_stays_when_only_one_is_meant(world):
    quick(world)
    image, _ = add_image(world, "node-1")
    copy, of_copy = copy_image(world, image, REGION, EUROPE, "node-1")
    kiln(world, "image", "rm", "-yes", "-this-only", image)
    assert images(world) == {(EUROPE, copy)} and snapshots(world) == {(EUROPE, of_copy[0])}


def test_a_snapshot_of_two_images_stays_until_both_go(world):
    quick(world)
    shared = add_snapshot(world)
    first, _ = add_image(world, "node-1", snapshots=[shared, add_snapshot(world)])
    second, _ = add_image(world, "node-2", snapshots=[shared])
    output = kiln(world, "image", "rm", "-yes", first)
    assert f"keep snapshot {shared}" in output and f"{second} (node-2) maps it too" in output, output
    assert snapshots(world) == {(REGION, shared)}
    kiln(world, "image", "rm", "-yes", second)
    assert not snapshots(world)


def used_image(world):
    quick(world)
    image, _ = add_image(world, "node-1")
    ec2 = world.client("ec2")
    template = ec2.create_launch_template(LaunchTemplateName="nodes", LaunchTemplateData={"ImageId": image})
    name = template["LaunchTemplate"]["LaunchTemplateId"]
    ec2.create_launch_template_version(LaunchTemplateId=name, LaunchTemplateData={"InstanceType": "t3.micro"})
    ec2.modify_launch_template(LaunchTemplateId=name, DefaultVersion="2")
    world.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="workers", MinSize=0, MaxSize=0, AvailabilityZones=[REGION + "a"],
        LaunchTemplate={"LaunchTemplateId": name, "Version": "1"})
    world.client("ssm").put_parameter(Name="/node/ami", Type="String", Value=image)
    return image


def test_what_is_in_use_stays_and_its_users_are_named(world):
    image = used_image(world)
    output = kiln(world, "image", "rm", "-yes", image, code=1)
    for text in ("keep AMI", "in use", "(nodes), version 1", "Auto Scaling group workers, through lt-",
                 "SSM parameter /node/ami"):
        assert text in output, f"{text} is not in\n{output}"
    assert images(world) == {(REGION, image)} and len(snapshots(world)) == 1
    kiln(world, "image", "rm", "-yes", "-force", image)
    assert not images(world) and not snapshots(world)


def test_what_can_not_be_asked_about_counts_as_a_use(world):
    quick(world)
    image, _ = add_image(world, "node-1")
    world.fault("error", "GetParametersByPath", status=400, code="AccessDeniedException", message="no", times=0)
    output = kiln(world, "image", "rm", "-yes", image, code=1)
    assert "perhaps in use or shared: SSM parameters" in output and images(world), output


def test_shared_protected_and_locked_things_stay(world):
    quick(world)
    ec2 = world.client("ec2")
    given, _ = add_image(world, "given")
    ec2.modify_image_attribute(ImageId=given, LaunchPermission={"Add": [{"UserId": "111122223333"}]})
    protected, _ = add_image(world, "protected")
    ec2.enable_image_deregistration_protection(ImageId=protected)
    locked, (lock,) = add_image(world, "locked")
    world.control("lock", {"region": REGION, "id": lock, "state": "compliance"})
    lent, (loan,) = add_image(world, "lent")
    ec2.modify_snapshot_attribute(SnapshotId=loan, Attribute="createVolumePermission", OperationType="add",
                                  UserIds=["111122223333"])
    output = kiln(world, "image", "rm", "-yes", "given", "protected", "locked", "lent", code=1)
    assert "shared with 111122223333" in output and "protected from deregistration" in output, output
    assert "locked (compliance)" in output, output
    assert images(world) == {(REGION, given), (REGION, protected)}, output
    assert (REGION, lock) in snapshots(world) and (REGION, loan) in snapshots(world)
    # By themselves now: one that is locked stays whatever is said.
    output = kiln(world, "snapshot", "rm", "-yes", "-force", lock, loan, code=1)
    assert (REGION, lock) in snapshots(world) and (REGION, loan) not in snapshots(world), output


def test_a_region_that_fails_is_named_and_the_others_go_on(world):
    quick(world)
    image, _ = add_image(world, "node-1")
    copies = {region: copy_image(world, image, REGION, region, "node-1")[0] for region in (EUROPE, ASIA)}
    world.fault("error", "DeregisterImage", region=EUROPE, status=403, code="UnauthorizedOperation", message="no",
                times=0)
    output = kiln(world, "image", "rm", "-yes", "node-1", code=1)
    assert f"could not remove AMI {copies[EUROPE]} in {EUROPE}" in output and "UnauthorizedOperation" in output, output
    assert images(world) == {(EUROPE, copies[EUROPE])}
    assert {region for region, _ in snapshots(world)} == {EUROPE}, "its snapshots stay with it"


def test_snapshots_that_could_not_be_deleted_are_swept(world):
    quick(world)
    image, own = add_image(world, "node-1", snapshots=[add_snapshot(world), add_snapshot(world)])
    world.fault("error", "DeleteSnapshot", status=403, code="UnauthorizedOperation", message="no", times=0)
    project = Project(world, {})
    output = kiln(world, "image", "rm", "-yes", image, code=1, project=project)
    assert output.count("could not remove snapshot") == 2, output
    world.control("forgive", {})
    output = kiln(world, "sweep", "-dry-run", project=project)
    assert all(f"snapshot {name}" in output for name in own), output
    kiln(world, "sweep", project=project)
    assert not snapshots(world)
    assert "Nothing to sweep" in kiln(world, "sweep", project=project)


def test_an_image_that_went_though_the_answer_was_lost_is_swept(world):
    quick(world)
    image, own = add_image(world, "node-1", snapshots=[add_snapshot(world), add_snapshot(world)])
    world.fault("lost", "DeregisterImage")
    world.fault("error", "DeregisterImage", status=400, code="Unsupported", message="no", times=0)
    project = Project(world, {})
    output = kiln(world, "image", "rm", "-yes", image, code=1, project=project)
    assert f"could not remove AMI {image}" in output and output.count("its AMI is still there") == 2, output
    assert not images(world) and snapshots(world) == {(REGION, name) for name in own}
    world.control("forgive", {})
    kiln(world, "sweep", project=project)
    assert not snapshots(world)


def test_a_killed_removal_is_ended_by_sweep(world):
    quick(world)
    image, own = add_image(world, "node-1", snapshots=[add_snapshot(world), add_snapshot(world)])
    kept, of_kept = add_image(world, "node-2")
    world.fault("hold", "DeleteSnapshot")
    project = Project(world, {})
    process = project.start("image", "rm", "-yes", image)
    assert world.control("held", seconds=60), project.output()
    process.send_signal(signal.SIGKILL)
    process.wait()
    world.control("release", {})
    assert len(snapshots(world)) == 2 and images(world) == {(REGION, kept)}
    kiln(world, "sweep", project=project)
    assert snapshots(world) == {(REGION, of_kept[0])}


def test_the_recycle_bin_gives_back(world):
    quick(world)
    world.control("bin", {"region": REGION, "days": 7})
    image, own = add_image(world, "node-1", snapshots=[add_snapshot(world), add_snapshot(world)], tags={"a": "b"})
    project = Project(world, {})
    output = kiln(world, "image", "rm", "-yes", image, project=project)
    assert output.count("in the Recycle Bin until") == 3, output
    assert not images(world) and not snapshots(world)
    output = kiln(world, "image", "restore", "node-1", project=project)
    assert f"AMI {image} in {REGION} is there again, and 2 of its snapshots" in output, output
    assert images(world) == {(REGION, image)} and snapshots(world) == {(REGION, name) for name in own}
    output = kiln(world, "image", "restore", "node-2", code=1)
    assert 'no Recycle Bin has an AMI "node-2"' in output, output


def test_orphans_go_and_backups_stay(world):
    quick(world)
    orphan = add_snapshot(world, EUROPE, "Created by CreateImage(i-1) for ami-0dead0dead0dead00")
    backup = add_snapshot(world, description="nightly")
    image, own = add_image(world, "node-1")
    kiln(world, "snapshot", "rm", "-yes", "-orphans")
    assert snapshots(world) == {(REGION, backup), (REGION, own[0])}
    output = kiln(world, "snapshot", "rm", "-yes", own[0], code=1)
    assert f"{image} (node-1) maps it too" in output and (REGION, own[0]) in snapshots(world), output
    assert orphan not in output
    output = kiln(world, "snapshot", "rm", "-yes", "snap-0", code=1)
    assert 'has no snapshot "snap-0"' in output, output


def test_nothing_goes_without_a_yes(world):
    quick(world)
    image, _ = add_image(world, "node-1")
    output = kiln(world, "image", "rm", image, code=2)
    assert "nobody can be asked" in output and "-yes" in output, output
    assert kiln(world, "image", "rm", "-json", image, code=2).count("error:") == 1
    for answer, left in (("no\n", 1), ("y\n", 1), ("yes\n", 0)):
        project = Project(world, {})
        ours, theirs = pty.openpty()
        process = subprocess.Popen([programs.PROGRAM, "image", "rm", image], cwd=project.folder, stdin=theirs,
                                   env=project.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.write(ours, answer.encode())
        output = process.communicate(timeout=120)[0].decode()
        os.close(ours)
        os.close(theirs)
        assert len(images(world)) == left, f"{answer!r}:\n{output}"
        assert process.returncode == (0 if left == 0 else 1), output


def test_images_of_others_and_wrong_accounts_are_refused(world):
    quick(world)
    image, _ = add_image(world, "node-1")
    set_facts(world, image, owner_id="999999999999")
    before = snapshots(world)
    output = kiln(world, "image", "rm", "-yes", image, code=1)
    assert "is of account 999999999999" in output and output.count("error:") == 1, output
    output = kiln(world, "image", "rm", "-yes", "-account", "210987654321", "node-1", code=1)
    assert "-account names 210987654321" in output, output
    assert not world.calls("DeregisterImage", "DeleteSnapshot") and snapshots(world) == before
    shown = json.loads(kiln(world, "image", "list", "-json"))
    assert shown["images"] == []


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
