#!/usr/bin/env python3
"""kiln image list and show, kiln snapshot list and of: all regions at once, and what each thing is for."""

import csv
import io
import json

import checks
from account import add_image, add_snapshot, copy_image, quick, set_facts
from kiln import Project
from world import REGION, World

EUROPE = "eu-west-1"


def kiln(world, *arguments, code=0, **environment):
    project = Project(world, {})
    found, output = project.run(*arguments, **environment)
    assert found == code, f"exit code {found}:\n{output}"
    return output


def account_of_traps(world):
    quick(world)
    things = {}
    things["shared"] = add_snapshot(world, description="for ami-00000000000000000")
    things["one"] = add_image(world, "node-1", snapshots=[things["shared"], add_snapshot(world)],
                              tags={"env": "prod"}, created="2026-01-01")
    things["two"] = add_image(world, "node-2", snapshots=[things["shared"]], created="2026-11-20", arch="arm64")
    things["copy"] = copy_image(world, things["one"][0], REGION, EUROPE, "node-1-in-europe")
    things["kilns"] = add_image(world, "web", EUROPE, tags={"kiln:run": "r", "kiln:role": "output"})
    things["disabled"] = add_image(world, "old")
    world.client("ec2").disable_image(ImageId=things["disabled"][0])
    things["orphan"] = add_snapshot(world, EUROPE, "Created by CreateImage(i-1) for ami-0dead0dead0dead00")
    things["backup"] = add_snapshot(world, description="nightly")
    return things


def test_all_regions_are_listed_and_filtered(world):
    things = account_of_traps(world)
    listed = json.loads(kiln(world, "image", "list", "-json"))
    assert listed["account"] == "123456789012"
    found = {(image["region"], image["id"]) for image in listed["images"]}
    assert found == {(REGION, things["one"][0]), (REGION, things["two"][0]), (EUROPE, things["copy"][0]),
                     (EUROPE, things["kilns"][0]), (REGION, things["disabled"][0])}, found
    asked = {call["region"] for call in world.calls("DescribeImages")}
    assert len(asked) > 10, asked
    assert all(call["parameters"]["MaxResults"] == "500" for call in world.calls("DescribeImages"))

    def names(*filters):
        images = json.loads(kiln(world, "image", "list", "-json", *filters))["images"]
        return sorted(image["name"] for image in images)

    assert names("-name", "node-?") == ["node-1", "node-2"]
    assert names("-tag", "env=pr*") == ["node-1"]
    assert names("-arch", "arm64") == ["node-2"]
    assert names("-state", "disabled") == ["old"]
    assert names("-by-kiln") == ["web"]
    assert names("-older-than", "200d") == ["node-1"]
    assert names("-region", EUROPE) == ["node-1-in-europe", "web"]
    assert {call["region"] for call in world.calls("DescribeImages")} == asked, "no other region is asked"


def test_tables_fit_the_terminal_and_programs(world):
    account_of_traps(world)
    wide = kiln(world, "image", "list").splitlines()
    assert wide[0].split()[:3] == ["NAME", "AMI", "REGION"] and "LAUNCHED" in wide[0], wide[0]
    narrow = kiln(world, "image", "list", COLUMNS="70").splitlines()
    assert max(map(len, narrow)) <= 70 and "LAUNCHED" not in narrow[0] and "REGION" in narrow[0], narrow
    assert kiln(world, "image", "list", "-wide", COLUMNS="70").splitlines() == wide
    rows = list(csv.DictReader(io.StringIO(kiln(world, "image", "list", "-csv"))))
    assert {row["name"]: row["copies"] for row in rows} == {
        "node-1": "1", "node-2": "", "node-1-in-europe": "1", "web": "", "old": ""}, rows
    markdown = kiln(world, "image", "list", "-md", "-name", "web").splitlines()
    assert markdown[1].startswith("| ---") and len(markdown) == 3, markdown
    assert "no AMI" in kiln(world, "image", "list", "-name", "none").lower().replace("no ami", "no AMI")


def test_show_tells_copies_snapshots_and_uses(world):
    things = account_of_traps(world)
    image = things["one"][0]
    world.client("ec2").create_launch_template(LaunchTemplateName="nodes", LaunchTemplateData={"ImageId": image})
    world.client("ssm").put_parameter(Name="/node/ami", Type="String", Value=image)
    output = kiln(world, "image", "show", "node-1")
    for text in (f"{things['copy'][0]} in {EUROPE}", things["shared"], "launch template",
                 "(nodes), version 1 (default)", "SSM parameter /node/ami", "env = prod", "at most 0.80 USD a month"):
        assert text in output, f"{text} is not in\n{output}"
    shown = json.loads(kiln(world, "image", "show", "-json", image))["images"]
    assert [use["kind"] for use in shown[0]["uses"]] == ["launch template", "SSM parameter"], shown
    assert shown[0]["copies"] == [{"region": EUROPE, "id": things["copy"][0]}]


def test_snapshots_are_explained_whatever_they_say(world):
    things = account_of_traps(world)
    listed = json.loads(kiln(world, "snapshot", "list", "-json"))["snapshots"]
    stories = {one["id"]: one for one in listed}
    assert stories[things["shared"]]["purpose"] == "image"
    assert sorted(stories[things["shared"]]["images"]) == sorted([things["one"][0], things["two"][0]])
    assert stories[things["orphan"]]["purpose"] == "orphan"
    assert "ami-0dead0dead0dead00, which is gone" in stories[things["orphan"]]["why"]
    assert stories[things["backup"]]["purpose"] == "standalone"
    orphans = json.loads(kiln(world, "snapshot", "list", "-json", "-purpose", "orphan"))["snapshots"]
    assert [one["id"] for one in orphans] == [things["orphan"]], orphans
    of = json.loads(kiln(world, "snapshot", "of", "-json", "node-1"))["snapshots"]
    assert {one["id"] for one in of} == set(things["one"][1]), of
    of_gone = json.loads(kiln(world, "snapshot", "of", "-json", "ami-0dead0dead0dead00"))["snapshots"]
    assert [one["id"] for one in of_gone] == [things["orphan"]]


def test_what_an_image_had_is_remembered_when_it_is_gone(world):
    quick(world)
    image, (snapshot,) = add_image(world, "node-1")
    project = Project(world, {})
    project.run("snapshot", "list")
    world.client("ec2").deregister_image(ImageId=image)
    _, output = project.run("snapshot", "list", "-json")
    (story,) = json.loads(output)["snapshots"]
    assert story["id"] == snapshot and story["purpose"] == "orphan", story
    assert story["why"] == f"it was of {image} (node-1), which is gone", story


def test_a_region_that_fails_is_named_and_the_others_are_listed(world):
    things = account_of_traps(world)
    world.fault("error", "DescribeImages", region=EUROPE, status=403, code="UnauthorizedOperation", message="no",
                times=0)
    output = kiln(world, "image", "list", code=1)
    assert things["one"][0] in output and things["kilns"][0] not in output, output
    assert f"Warning: {EUROPE} could not be looked at" in output and "UnauthorizedOperation" in output, output


def test_mistakes_get_one_error(world):
    things = account_of_traps(world)
    for arguments, text in (
            (["image", "list", "-older-than", "soon"], '-older-than: "soon" is no age'),
            (["image", "list", "-json", "-csv"], "-json, -csv and -md exclude each other"),
            (["image", "show"], "needs an AMI's id or name"),
            (["snapshot", "of"], "needs an AMI's id or name")):
        output = kiln(world, *arguments, code=2)
        assert output.count("error:") == 1 and text in output, output
    assert not world.calls("DescribeRegions"), "nobody is asked"
    output = kiln(world, "image", "list", "-region", "eu-west-9", code=1)
    assert 'may not use region "eu-west-9"' in output and "did you mean" in output, output
    output = kiln(world, "image", "show", "node-3", code=1)
    assert 'has no AMI "node-3"' in output and output.count("error:") == 1, output
    output = kiln(world, "image", "list", "-account", "210987654321", code=1)
    assert "the keys are of account 123456789012" in output, output
    set_facts(world, things["two"][0], owner_id="999999999999")
    output = kiln(world, "image", "show", things["two"][0], code=1)
    assert "is of account 999999999999, and the keys are of account 123456789012" in output, output


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
