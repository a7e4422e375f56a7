#!/usr/bin/env python3
"""kiln image add-disk: one call for all disks, what the new AMI keeps, what is refused, what a failure leaves."""

import json
import signal

import checks
from account import add_image, add_snapshot, copy_image, images, quick, set_facts, snapshots
from kiln import Project
from world import REGION, World

EUROPE = "eu-west-1"
UEFI = "QU1aTlVFRkk="


def kiln(world, *arguments, code=0, project=None, **environment):
    project = project or Project(world, {})
    found, output = project.run(*arguments, **environment)
    assert found == code, f"exit code {found}:\n{output}"
    return output


def add_disk(world, *arguments, **more):
    """In two regions, as asking all of them takes the emulator its time."""
    regions = () if "-region" in arguments else ("-region", f"{REGION},{EUROPE}")
    return kiln(world, "image", "add-disk", *regions, *arguments, **more)


def calls_of_kiln(world, *actions):
    """Those that the test itself has not made."""
    own = world.own_calls
    return [call for call in world.calls()[own:] if not actions or call["action"] in actions]


def facts(world, name, region=REGION):
    return world.control("image", region=region, id=name)


def devices(world, name, region=REGION):
    return {device["DeviceName"]: device.get("Ebs") for device in facts(world, name, region)["devices"]}


def source(world):
    quick(world)
    made = add_image(world, "node-1", tags={"env": "prod", "kiln:run": "r", "kiln:role": "output",
                                            "kiln:template": "nodes:node-#", "kiln:prune-after": "2026-01-01T00:00:00Z"})
    world.own_calls = len(world.calls())
    return made


def test_seven_disks_are_one_call_and_one_image(world):
    image, (root,) = source(world)
    data = add_snapshot(world, gib=20)
    set_facts(world, image, description="a node", boot_mode="uefi", tpm_support="v2.0", imds_support="v2.0",
              uefi_data=UEFI, sriov_net_support="simple", ena_support=True)
    before = images(world)
    wanted = ["100", "size=200,type=gp3,iops=6000,throughput=500", "size=4,type=io2,iops=4000,device=/dev/sdg",
              "size=125,type=st1,keep", f"snapshot={data}", f"snapshot={data},size=30,type=gp2", "size=8,encrypted"]
    flags = [word for disk in wanted for word in ("-disk", disk)]
    shown = json.loads(add_disk(world, image, "-name", "node-1-disks", *flags, "-set", "env=test", "-json"))
    ((_, made),) = images(world) - before
    assert shown["id"] == made and shown["source"] == image and len(shown["devices"]) == 8, shown
    assert len(calls_of_kiln(world, "RegisterImage")) == 1
    kept = facts(world, made)
    for key, value in (("name", "node-1-disks"), ("description", "a node"), ("boot_mode", "uefi"),
                       ("architecture", "x86_64"), ("virtualization_type", "hvm"), ("root_device_name", "/dev/sda"),
                       ("tpm_support", "v2.0"), ("imds_support", "v2.0"), ("uefi_data", UEFI),
                       ("sriov_net_support", "simple"), ("ena_support", True), ("state", "available")):
        assert str(kept[key]).lower() == str(value).lower(), (key, kept[key])
    tags = kept["tags"]
    run = tags.pop("kiln:run")
    assert run != "r" and tags == {"env": "test", "kiln:role": "output", "kiln:expires": "never",
                                   "kiln:template": "nodes:node-#", "kiln:made-from": image}, tags
    found = devices(world, made)
    assert list(found) == ["/dev/sda", "/dev/sdf", "/dev/sdh", "/dev/sdg", "/dev/sdi", "/dev/sdj", "/dev/sdk",
                           "/dev/sdl"], list(found)

    def is_like(name, **want):
        have = {key: str(value).lower() for key, value in found[name].items()}
        for key, value in want.items():
            assert have.get(key) == (None if value is None else str(value).lower()), (name, key, have)

    is_like("/dev/sda", SnapshotId=root, VolumeSize=8)
    is_like("/dev/sdf", SnapshotId=None, VolumeSize=100, VolumeType="gp3", DeleteOnTermination=True, Encrypted=None)
    is_like("/dev/sdh", VolumeSize=200, Iops=6000, Throughput=500)
    is_like("/dev/sdg", VolumeSize=4, VolumeType="io2", Iops=4000)
    is_like("/dev/sdi", VolumeType="st1", DeleteOnTermination=False)
    is_like("/dev/sdj", SnapshotId=data, VolumeSize=20, VolumeType="gp3")
    is_like("/dev/sdk", SnapshotId=data, VolumeSize=30, VolumeType="gp2")
    is_like("/dev/sdl", VolumeSize=8, Encrypted=True)
    assert "Nothing to sweep" in kiln(world, "sweep"), "what is a result is no leftover"


def test_a_dry_run_shows_it_and_does_nothing(world):
    image, _ = source(world)
    before = world.inventory()
    output = add_disk(world, "-dry-run", "-disk", "100", "-disk", "size=10,keep", "-name", "node-1-data", "node-1")
    for text in (f'Would register "node-1-data" in {REGION}, of {image}', "/dev/sda   as it was: 8 GiB",
                 "/dev/sdf   added: 100 GiB gp3, empty", "/dev/sdg   added: 10 GiB gp3, empty, stays when"):
        assert text in output, f"{text} is not in\n{output}"
    shown = json.loads(add_disk(world, "-dry-run", "-json", "-disk", "100", "-name", "node-1-data", image))
    assert shown["id"] is None and shown["devices"][1]["iops"] is None, shown
    assert world.inventory() == before and not calls_of_kiln(world, "RegisterImage"), "a dry run has changed something"


def test_it_is_made_where_the_image_is(world):
    image, _ = source(world)
    copy, _ = copy_image(world, image, REGION, EUROPE, "node-1")
    world.own_calls = len(world.calls())
    output = add_disk(world, "-disk", "1", "-name", "more", "node-1", code=2)
    assert "is for one AMI, and node-1 names 2" in output and output.count("error:") == 1, output
    before = images(world)
    add_disk(world, "-disk", "1", "-name", "more", "-region", EUROPE, "node-1")
    ((region, made),) = images(world) - before
    assert region == EUROPE and facts(world, made, EUROPE)["tags"]["kiln:made-from"] == copy
    assert {call["region"] for call in calls_of_kiln(world, "RegisterImage", "CreateTags")} == {EUROPE}


def test_an_end_is_set_as_by_deprecate(world):
    image, _ = source(world)
    before = images(world)
    add_disk(world, "-disk", "1", "-name", "ends", "-at", "2030-01-31", image)
    ((_, made),) = images(world) - before
    assert facts(world, made)["deprecation_time"] == "2030-01-31T00:00:00.000Z"
    assert facts(world, image)["deprecation_time"] == "None", "the source is left alone"


def test_removing_the_source_leaves_the_snapshots_that_both_have(world):
    image, (root,) = source(world)
    before = images(world)
    add_disk(world, "-disk", "1", "-name", "more", image)
    ((_, made),) = images(world) - before
    kiln(world, "image", "rm", "-yes", "-region", REGION, image)
    assert (REGION, root) in snapshots(world) and images(world) == {(REGION, made)}
    kiln(world, "image", "rm", "-yes", "-region", REGION, made)
    assert not snapshots(world) and not images(world)


def test_mistakes_get_one_error_before_anybody_is_asked(world):
    source(world)
    for arguments, text in (
            (["node-1"], "needs -disk"), ([], "needs one AMI's id or name"),
            (["a", "b", "-disk", "1", "-name", "abc"], "needs one AMI's id or name"),
            (["-disk", "1", "node-1"], "needs -name"),
            (["-disk", "1", "-name", "ab", "node-1"], "3 to 128 characters long"),
            (["-disk", "1", "-name", "a:b:c", "node-1"], "is no name for an AMI"),
            (["-disk", "10GiB", "-name", "abc", "node-1"], 'a disk has no "10GiB"'),
            (["-disk", "size=10,sise=2", "-name", "abc", "node-1"], 'did you mean "size"'),
            (["-disk", "1", "-disk", "size=2,type=gp1", "-name", "abc", "node-1"], '-disk "size=2,type=gp1"'),
            (["-disk", "size=1,type=gp3,iops=9000", "-name", "abc", "node-1"], "too many for 1 GiB"),
            (["-disk", "size=1,throughput=1000", "-name", "abc", "node-1"], "needs at least 4000 iops"),
            (["-disk", "size=1,kms-key=alias/k", "-name", "abc", "node-1"], "EC2 takes no key"),
            (["-disk", "size=1,device=nvme1n1", "-name", "abc", "node-1"], "no device name of EC2"),
            (["-disk", "1", "-name", "abc", "-set", "kiln:run=1", "node-1"], "mark by which kiln knows"),
            (["-disk", "1", "-name", "abc", "-in", "soon", "node-1"], "is no age"),
            (["-disk", "1", "-name", "abc", "-in", "1d", "-at", "2030-01-01", "node-1"], "exclude each other")):
        output = add_disk(world, *arguments, code=2)
        assert output.count("error:") == 1 and text in output, output
    assert not calls_of_kiln(world), "somebody was asked"


def test_what_can_not_be_added_is_refused_before_any_change(world):
    image, (root,) = source(world)
    elsewhere = add_snapshot(world, EUROPE)
    add_image(world, "taken")
    world.own_calls = len(world.calls())
    before = world.inventory()
    for disks, code, text in (
            (["size=1,device=/dev/xvda"], 2, "/dev/xvda is in use, as /dev/sda"),
            (["size=1,device=/dev/sdf", "size=1,device=/dev/xvdf"], 2, "is in use, as /dev/sdf"),
            ([f"snapshot={root},size=7"], 2, "a size of 7 GiB is smaller than the snapshot (8 GiB)"),
            ([f"snapshot={root},encrypted"], 2, "is not encrypted"),
            ([f"snapshot={elsewhere}"], 2, f"is in {EUROPE}, and the AMI in {REGION}"),
            (["snapshot=snap-0123"], 2, "has no snapshot snap-0123"),
            (["1"] * 12, 2, "no name from /dev/sdf to /dev/sdp is free")):
        flags = [word for disk in disks for word in ("-disk", disk)]
        output = add_disk(world, image, "-name", "more", *flags, code=code)
        assert text in output and output.count("error:") == 1, output
    output = add_disk(world, image, "-name", "taken", "-disk", "1", code=1)
    assert f'the name "taken" is in use in {REGION} by ami-' in output, output
    assert "in use" in add_disk(world, image, "-name", "taken", "-disk", "1", "-dry-run", code=1)
    assert 'has no AMI "node-2"' in add_disk(world, "node-2", "-name", "more", "-disk", "1", code=1)
    for fact, text in (({"platform_details": "Windows"}, "it is billed as Windows"),
                       ({"platform_details": "Linux/UNIX", "virtualization_type": "paravirtual"}, "it is paravirtual"),
                       ({"virtualization_type": "hvm", "root_device_type": "instance-store"}, "instance store")):
        set_facts(world, image, **fact)
        output = add_disk(world, image, "-name", "more", "-disk", "1", code=1)
        assert text in output and output.count("error:") == 1, output
    assert world.inventory() == before and not calls_of_kiln(world, "RegisterImage", "CreateTags")


def test_when_ec2_refuses_nothing_is_left(world):
    image, _ = source(world)
    before = world.inventory()
    for action, status, code in (("RegisterImage", 403, "UnauthorizedOperation"), ("RegisterImage", 400, "AMILimit"),
                                 ("EnableImageDeprecation", 403, "UnauthorizedOperation"),
                                 ("CreateTags", 403, "UnauthorizedOperation"),
                                 ("DescribeImageAttribute", 403, "UnauthorizedOperation")):
        project = Project(world, {})
        set_facts(world, image, boot_mode="uefi")
        world.fault("error", action, status=status, code=code, message="no")
        output = add_disk(world, image, "-name", "more", "-disk", "1", "-in", "90d", code=1, project=project)
        assert code in output and output.count("error:") == 1, output
        assert world.inventory() == before, f"{action} has left something"
        swept = kiln(world, "sweep", project=project)
        assert "Nothing to sweep" in swept, f"{action} {code}: {swept}"


def test_what_can_not_be_removed_is_swept(world):
    image, _ = source(world)
    before = world.inventory()
    project = Project(world, {})
    world.fault("error", "CreateTags", status=403, code="UnauthorizedOperation", message="no")
    world.fault("error", "DeregisterImage", status=403, code="UnauthorizedOperation", message="no")
    output = add_disk(world, image, "-name", "more", "-disk", "1", code=1, project=project)
    assert "may still be there" in output and "kiln sweep removes it" in output, output
    assert world.inventory() != before
    kiln(world, "sweep", project=project)
    assert world.inventory() == before


def test_a_lost_answer_makes_no_second_image(world):
    image, _ = source(world)
    before = images(world)
    world.fault("lost", "RegisterImage")
    add_disk(world, image, "-name", "more", "-disk", "1")
    assert len(images(world) - before) == 1 and len(calls_of_kiln(world, "RegisterImage")) == 1


def test_what_fails_or_is_killed_while_it_is_pending_goes(world):
    image, _ = source(world)
    set_facts(world, image, settling=None)  # whatever is set from now on
    before = world.inventory()
    for ending in (signal.SIGINT, signal.SIGKILL):
        project = Project(world, {})
        world.control("settings", {"image": 3600})
        process = project.start("image", "add-disk", image, "-name", "more", "-disk", "1", "-region", REGION)
        checks.until(lambda: len(world.inventory()[REGION]["images"]) == 2)
        checks.until(lambda: world.calls("DescribeImages")[-1]["parameters"].get("Filter.1.Name") == "image-id")
        process.send_signal(ending)
        process.wait(60)
        if ending == signal.SIGINT:
            assert process.returncode == 130 or "interrupted" in project.output(), project.output()
            assert world.inventory() == before, "an interrupt has left it"
        else:
            assert world.inventory() != before
            kiln(world, "sweep", project=project)
            assert world.inventory() == before


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
