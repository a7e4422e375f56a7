#!/usr/bin/env python3
"""kiln image tag, share, deprecate, disable and copy: an image with its copies, and what EC2 refuses."""

import signal

import checks
from account import add_image, copy_image, images, quick, set_facts, snapshots, snapshots_of, tag_list
from kiln import Project
from world import REGION, World

EUROPE = "eu-west-1"
ASIA = "ap-south-1"
FRIEND = "111122223333"


def kiln(world, *arguments, code=0, project=None):
    project = project or Project(world, {})
    found, output = project.run(*arguments)
    assert found == code, f"exit code {found}:\n{output}"
    return output


def image_facts(world, region, name):
    return world.control("image", region=region, id=name)


def tags(world, region, kind, name):
    return world.inventory()[region][kind][name]


def with_copy(world):
    quick(world)
    image, own = add_image(world, "node-1", tags={"old": "1", "kept": "2"})
    copy, of_copy = copy_image(world, image, REGION, EUROPE, "node-1")
    return image, own, copy, of_copy


def test_tags_are_those_of_images_copies_and_snapshots(world):
    image, own, copy, of_copy = with_copy(world)
    output = kiln(world, "image", "tag", "-set", "team=net=core", "-remove", "old", "node-1")
    assert output.count("tagged ") == 2, output
    want = {"kept": "2", "team": "net=core"}
    assert tags(world, REGION, "images", image) == want and tags(world, REGION, "snapshots", own[0]) == want
    assert tags(world, EUROPE, "images", copy) == {"team": "net=core"}
    assert tags(world, EUROPE, "snapshots", of_copy[0]) == {"team": "net=core"}
    for flags, text in ((["-set", "novalue"], "is not KEY=VALUE"), (["-set", "aws:x=1"], "which is Amazon's"),
                        (["-set", "kiln:run=1"], "mark by which kiln knows"), ([], "needs -set or -remove"),
                        (["-set", "k=" + "v" * 256], "more than 255 characters")):
        output = kiln(world, "image", "tag", *flags, "node-1", code=2)
        assert text in output and output.count("error:") == 1, output


def test_sharing_begins_and_ends(world):
    image, own, copy, of_copy = with_copy(world)
    kiln(world, "image", "share", "-to", FRIEND, "-copyable", image)
    for region, name, snapshot in ((REGION, image, own[0]), (EUROPE, copy, of_copy[0])):
        assert image_facts(world, region, name)["launch_permissions"] == [{"UserId": FRIEND}]
        allowed = world.client("ec2", region).describe_snapshot_attribute(
            SnapshotId=snapshot, Attribute="createVolumePermission")["CreateVolumePermissions"]
        assert allowed == [{"UserId": FRIEND}], allowed
    kiln(world, "image", "share", "-to", FRIEND, "-end", "-this-only", image)
    assert image_facts(world, REGION, image)["launch_permissions"] == []
    assert image_facts(world, EUROPE, copy)["launch_permissions"] != [], "the copy was left alone"
    for flags, text in (([], "needs -to, -org, -ou or -public"), (["-to", "12"], "they have 12 digits")):
        assert text in kiln(world, "image", "share", *flags, image, code=2)
    devices = image_facts(world, REGION, image)["devices"]
    devices[0]["Ebs"]["Encrypted"] = True
    set_facts(world, image, devices=devices)
    output = kiln(world, "image", "share", "-public", "-this-only", image, code=1)
    assert "an encrypted AMI can not be public" in output, output


def test_a_deprecation_is_set_and_taken_back(world):
    image, _, copy, _ = with_copy(world)
    kiln(world, "image", "deprecate", "-at", "2030-01-31", image)
    assert image_facts(world, EUROPE, copy)["deprecation_time"] == "2030-01-31T00:00:00.000Z"
    kiln(world, "image", "deprecate", "-cancel", image)
    assert image_facts(world, REGION, image)["deprecation_time"] == "None"
    for flags, text in (([], "needs one of"), (["-at", "soon"], "is no time"), (["-in", "soon"], "is no age"),
                        (["-at", "2020-01-01"], "not within the next ten years"), (["-in", "11y"], "next ten years")):
        output = kiln(world, "image", "deprecate", *flags, image, code=2)
        assert text in output and output.count("error:") == 1, output


def test_disabling_asks_who_launches_it(world):
    image, _, copy, _ = with_copy(world)
    world.client("ec2", EUROPE).create_launch_template(LaunchTemplateName="t", LaunchTemplateData={"ImageId": copy})
    output = kiln(world, "image", "disable", image, code=1)
    assert f"not disabled {copy} in {EUROPE}: used by launch template" in output, output
    assert image_facts(world, REGION, image)["state"] == "disabled"
    assert image_facts(world, EUROPE, copy)["state"] == "available"
    kiln(world, "image", "disable", "-force", "-this-only", copy)
    assert image_facts(world, EUROPE, copy)["state"] == "disabled"
    kiln(world, "image", "disable", "-cancel", "node-1")
    assert {image_facts(world, REGION, image)["state"], image_facts(world, EUROPE, copy)["state"]} == {"available"}


def test_copies_have_the_tags_of_their_source(world):
    quick(world)
    image, own = add_image(world, "node-1", tags={"team": "net", "kiln:run": "r", "kiln:role": "output"})
    world.client("ec2").create_tags(Resources=own, Tags=tag_list({"disk": "root"}))
    output = kiln(world, "image", "copy", "-to", f"{EUROPE},{ASIA}", image)
    assert output.count("copied to") == 2, output
    made = images(world) - {(REGION, image)}
    assert {region for region, _ in made} == {EUROPE, ASIA}
    for region, name in made:
        assert tags(world, region, "images", name) == {"team": "net", "kiln:run": "r", "kiln:role": "output"}
        (snapshot,) = snapshots_of(world, name, region)
        assert tags(world, region, "snapshots", snapshot) == {
            "team": "net", "disk": "root", "kiln:run": "r", "kiln:role": "output"}
    # They are copies of each other: one name for all.
    output = kiln(world, "image", "show", image)
    assert output.count("  copy ") == 2, output
    strange, _ = add_image(world, "strange", tags={"a": "b"})
    kiln(world, "image", "copy", "-to", EUROPE, "-encrypt", "-name", "other-name", strange)
    (copy,) = images(world) - made - {(REGION, image), (REGION, strange)}
    assert tags(world, EUROPE, "images", copy[1]) == {"a": "b"}, "an image of others is not kiln's by being copied"
    facts = image_facts(world, EUROPE, copy[1])
    assert facts["name"] == "other-name" and facts["devices"][0]["Ebs"]["Encrypted"], facts


def test_a_name_in_use_is_found_before_anything_is_copied(world):
    quick(world)
    image, _ = add_image(world, "node-1")
    standing, _ = add_image(world, "node-1", EUROPE)
    output = kiln(world, "image", "copy", "-to", f"{ASIA},{EUROPE}", image, code=1)
    assert f'the name "node-1" is in use in {EUROPE} by {standing}' in output, output
    assert not world.calls("CopyImage")
    assert "needs -to" in kiln(world, "image", "copy", image, code=2)
    output = kiln(world, "image", "copy", "-to", ASIA, "node-1", code=2)
    assert "copies one AMI, and these words name 2" in output, output


def test_one_region_fails_and_the_other_has_its_copy(world):
    quick(world)
    image, _ = add_image(world, "node-1")
    world.fault("error", "CopyImage", region=ASIA, status=400, code="ResourceLimitExceeded", message="20", times=0)
    output = kiln(world, "image", "copy", "-to", f"{EUROPE},{ASIA}", image, code=1)
    assert f"not copied to {ASIA}: " in output and "ResourceLimitExceeded" in output, output
    assert {region for region, _ in images(world)} == {REGION, EUROPE}


def test_a_killed_copy_is_swept(world):
    quick(world)
    image, own = add_image(world, "node-1")
    world.fault("hold", "CopyImage")
    project = Project(world, {})
    process = project.start("image", "copy", "-to", EUROPE, image)
    assert world.control("held", seconds=60), project.output()
    process.send_signal(signal.SIGKILL)
    process.wait()
    world.control("release", {})
    assert len(images(world)) == 2, "the copy has begun"
    kiln(world, "sweep", project=project)
    assert images(world) == {(REGION, image)} and snapshots(world) == {(REGION, own[0])}


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
