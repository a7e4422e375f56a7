#!/usr/bin/env python3
"""kiln image costs: the blocks that are paid for, each once, and how sure each figure is."""

import csv
import io
import json

import checks
import disks
from account import add_image, add_snapshot, copy_image, quick, set_facts
from kiln import Project
from world import REGION, World

EUROPE = "eu-west-1"
ASIA = "ap-south-1"
GIB_OF_BLOCK = 1 / 2048


def kiln(world, *arguments, code=0, project=None, **environment):
    project = project or Project(world, {})
    found, output = project.run(*arguments, **environment)
    assert found == code, f"exit code {found}:\n{output}"
    return output


def show(world, *arguments, **more):
    """In three regions, as asking all of them takes the emulator its time."""
    regions = () if "-region" in arguments else ("-region", f"{REGION},{EUROPE},{ASIA}")
    return kiln(world, "image", "costs", *regions, *arguments, **more)


def costs(world, *arguments, **more):
    return json.loads(show(world, "-json", *arguments, **more))


def give(world, snapshot, blocks, region=REGION, **more):
    """Blocks {index: text} for a snapshot."""
    world.control("blocks", {"region": region, "id": snapshot, "blocks": blocks} | more)


def filled(count, text="a", begin=0):
    return {index: text for index in range(begin, begin + count)}


def snapshots_of_volume(world, count, region=REGION):
    ec2 = world.client("ec2", region)
    volume = ec2.create_volume(AvailabilityZone=region + "a", Size=8)["VolumeId"]
    return [ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for _ in range(count)]


def blocks_of(shown):
    """{snapshot: blocks that are counted with it}"""
    return {one["id"]: round(one["gib"] / GIB_OF_BLOCK) for one in shown["snapshots"]}


def three_releases(world):
    """Of one volume: 600 blocks, 10 and then 20 others; the last in one AMI with the data of the first."""
    quick(world)
    one, two, three = snapshots_of_volume(world, 3)
    data = add_snapshot(world)
    give(world, one, filled(600), lineage="node", started="2026-01-01T00:00:00+00:00")
    give(world, two, filled(600) | filled(10, "b"), lineage="node", started="2026-01-02T00:00:00+00:00")
    give(world, three, filled(590) | filled(10, "b") | filled(20, "c", 600), lineage="node",
         started="2026-01-03T00:00:00+00:00")
    give(world, data, filled(100), started="2026-01-01T00:00:00+00:00")
    add_image(world, "node-1", snapshots=[one, data], tags={"team": "net"}, created="2026-01-01")
    add_image(world, "node-2", snapshots=[two, data], tags={"team": "net"}, created="2026-01-02")
    add_image(world, "node-3", snapshots=[three], created="2026-01-03")
    return one, two, three, data


def test_each_block_is_counted_once(world):
    one, two, three, data = three_releases(world)
    shown = costs(world)
    assert blocks_of(shown) == {one: 600, two: 10, three: 20, data: 100}, blocks_of(shown)
    rows = {row["name"]: row for row in shown["groups"]}
    assert round(rows["node-1"]["gib"] / GIB_OF_BLOCK) == 700 and rows["node-1"]["shared_snapshots"] == 0
    assert round(rows["node-2"]["gib"] / GIB_OF_BLOCK) == 10 and rows["node-2"]["shared_snapshots"] == 1
    assert {row["figure"] for row in shown["groups"]} == {"exact"}, shown
    assert abs(shown["total"]["dollars_a_month"] - 730 * GIB_OF_BLOCK * 0.05) < 1e-9, shown["total"]
    assert shown["total"]["full_gib"] > shown["total"]["gib"]
    (price,) = shown["prices"]
    assert price["source"] == "price list" and price["of"] == "2026-11-01" and price["region"] == REGION, price
    told = {one["id"]: one for one in shown["snapshots"]}
    assert told[two]["compared_to"] == one and told[one]["compared_to"] is None, told


def test_what_is_removed_in_between_moves_its_blocks_to_what_follows(world):
    one, two, three, data = three_releases(world)
    kiln(world, "image", "rm", "-yes", "-region", REGION, "node-2")
    assert blocks_of(costs(world)) == {one: 600, three: 30, data: 100}


def test_groups_are_images_lineages_regions_and_tags(world):
    three_releases(world)
    quick(world)
    european, _ = add_image(world, "web", EUROPE, tags={"team": "web"})
    give(world, costs(world, "-region", EUROPE)["snapshots"][0]["id"], filled(50), EUROPE)
    backup = add_snapshot(world, tags={"team": "net"})
    give(world, backup, filled(7))

    def rows(by, *more):
        return {row["name"]: (row["images"], round(row["gib"] / GIB_OF_BLOCK)) for row in
                costs(world, "-by", by, *more)["groups"]}

    assert rows("image") == {"node-1": (1, 700), "node-2": (1, 10), "node-3": (1, 20), "web": (1, 50),
                             "(no AMI)": (0, 7)}
    assert rows("lineage") == {"node-#": (3, 730), "web": (1, 50), "(no AMI)": (0, 7)}
    assert rows("region") == {REGION: (3, 737), EUROPE: (1, 50)}
    assert rows("tag:team") == {"net": (2, 717), "web": (1, 50), "(no tag team)": (1, 20)}
    assert rows("region", "-region", EUROPE) == {EUROPE: (1, 50)}
    only = costs(world, "node-2")
    assert [row["name"] for row in only["groups"]] == ["node-2"] and len(only["snapshots"]) == 2, only
    assert round(only["total"]["gib"] / GIB_OF_BLOCK) == 110, "its snapshots, whoever has them too"


def test_tables_are_for_people_and_programs(world):
    three_releases(world)
    text = show(world, "-wide")
    lines = text.splitlines()
    assert lines[0].split()[:3] == ["NAME", "AMI", "REGION"] and lines[0].endswith("FIGURE"), lines[0]
    for wanted in ("Together 0.02 USD a month for 0.36 GiB (exact)", "by the AWS price list of 2026-11-01: us-east-1 0.05"):
        assert wanted in text, f"{wanted} is not in\n{text}"
    output = show(world, "-csv", "-by", "lineage")
    rows = list(csv.DictReader(io.StringIO(output[output.index("lineage,"):])))
    assert rows[0]["lineage"] == "node-#" and rows[0]["amis"] == "3" and rows[0]["figure"] == "exact", rows
    markdown = show(world, "-md", "-by", "region")
    assert "\n| ---" in markdown and "us-east-1 | 3 | 4 |" in " ".join(markdown.split()), markdown


def test_copies_are_compared_with_copies(world):
    quick(world)
    one, two = snapshots_of_volume(world, 2)
    give(world, one, filled(600), lineage="node", started="2026-01-01T00:00:00+00:00")
    give(world, two, filled(600) | filled(10, "b"), lineage="node", started="2026-01-02T00:00:00+00:00")
    first, _ = add_image(world, "node-1", snapshots=[one], created="2026-01-01")
    second, _ = add_image(world, "node-2", snapshots=[two], created="2026-01-02")
    for number, image in enumerate((first, second)):
        copy, (snapshot,) = copy_image(world, image, REGION, EUROPE, f"node-{number + 1}")
        set_facts(world, copy, EUROPE, creation_date=f"2026-02-0{number + 1}T00:00:00+00:00")
        blocks = filled(600) if number == 0 else filled(600) | filled(10, "b")
        give(world, snapshot, blocks, EUROPE, lineage="copied", started=f"2026-02-0{number + 1}T00:00:00+00:00")
    shown = costs(world, "-by", "region")
    assert {row["name"]: round(row["gib"] / GIB_OF_BLOCK) for row in shown["groups"]} == {REGION: 610, EUROPE: 610}
    prices = {price["region"]: price["dollars_a_gib_month"] for price in shown["prices"]}
    assert prices == {REGION: 0.05, EUROPE: 0.055}, prices


def test_unrelated_snapshots_are_whole(world):
    quick(world)
    # The names are those of releases, and the disks are not.
    (one,) = snapshots_of_volume(world, 1)
    (two,) = snapshots_of_volume(world, 1)
    give(world, one, filled(30), started="2026-01-01T00:00:00+00:00")
    give(world, two, filled(40), started="2026-01-02T00:00:00+00:00")
    add_image(world, "node-1", snapshots=[one], created="2026-01-01")
    add_image(world, "node-2", snapshots=[two], created="2026-01-02")
    shown = costs(world)
    assert blocks_of(shown) == {one: 30, two: 40} and shown["total"]["figure"] == "exact", shown
    assert [call["status"] for call in world.calls("ListChangedBlocks")] == [400]


def test_what_was_published_is_known_without_a_call(world):
    quick(world)
    project = Project(world, {})
    disk = disks.partitioned(project.folder / "node.raw", 40 * disks.MIB)
    disks.fill(disk, [1, 2, 7, 40])
    kiln(world, "publish", "-name", "node-1", "node.raw", project=project)
    disks.fill(disk, [2, 9], seed=3)
    disks.zero(disk, [40])
    kiln(world, "publish", "-name", "node-2", "node.raw", project=project)
    before = len(world.calls())
    shown = costs(world, project=project)
    asked = [call["action"] for call in world.calls()[before:]]
    assert not [action for action in asked if "Blocks" in action], asked
    counted = {row["name"]: round(row["gib"] / GIB_OF_BLOCK) for row in shown["groups"]}
    assert counted == {"node-1": 5, "node-2": 3}, counted
    assert {one["blocks_figure"] for one in shown["snapshots"]} == {"exact"}, shown
    # Another machine has no maps and asks; it comes to the same.
    assert {row["name"]: round(row["gib"] / GIB_OF_BLOCK) for row in costs(world)["groups"]} == counted
    assert world.calls("ListChangedBlocks") and world.calls("ListSnapshotBlocks")
    # The parent's blocks are the child's when it is gone.
    kiln(world, "image", "rm", "-yes", "-region", REGION, "node-1", project=project)
    assert {row["name"]: round(row["gib"] / GIB_OF_BLOCK)
            for row in costs(world, project=project)["groups"]} == {"node-2": 6}


def test_without_the_permission_it_is_at_most_and_says_so(world):
    one, two, three, data = three_releases(world)
    for action, exact in (("ListSnapshotBlocks", 2), ("ListChangedBlocks", 2), (None, 0)):
        world.control("forgive", {})
        for denied in ([action] if action else ["ListSnapshotBlocks", "ListChangedBlocks"]):
            world.fault("error", denied, status=403, code="AccessDeniedException", message="not allowed", times=0)
        before = len(world.calls())
        shown = costs(world)
        figures = [one["blocks_figure"] for one in shown["snapshots"]]
        assert figures.count("exact") == exact and figures.count("at most") == 4 - exact, (action, figures)
        assert shown["total"]["figure"] == "at most" and shown["problems"], shown
        assert f"{action or 'ListSnapshotBlocks'}" in shown["problems"][-1]["text"], shown["problems"]
        assert shown["total"]["gib"] <= shown["total"]["full_gib"] + 1e-9, shown["total"]
    text = show(world)
    for wanted in ("(at most)", "At most, 4 snapshots: its full size: AccessDeniedException of ListSnapshotBlocks",
                   "kiln policy -images look has what is needed"):
        assert wanted in text, f"{wanted} is not in\n{text}"


def test_a_region_is_not_asked_again_and_again(world):
    quick(world)
    for snapshot in [add_snapshot(world) for _ in range(40)]:
        give(world, snapshot, filled(1))
    world.fault("error", "ListSnapshotBlocks", status=403, code="AccessDeniedException", message="no", times=0)
    costs(world)
    assert len(world.calls("ListSnapshotBlocks")) <= 8, "once for each that was under way"


def test_prices_that_are_not_listed_make_estimates(world):
    three_releases(world)
    quick(world)
    add_image(world, "asian", ASIA)
    shown = costs(world, "-by", "region")
    give(world, [one for one in shown["snapshots"] if one["region"] == ASIA][0]["id"], filled(8), ASIA)
    shown = costs(world, "-by", "region")
    rows = {row["name"]: row["figure"] for row in shown["groups"]}
    assert rows == {REGION: "exact", ASIA: "estimate"}, rows
    prices = {price["region"]: (price["source"], price["of"], price["of_region"]) for price in shown["prices"]}
    assert prices[ASIA] == ("built-in table", "2025", REGION), prices
    world.fault("error", "GetProducts", status=400, code="AccessDeniedException", message="no", times=0)
    text = show(world, "-by", "region")
    assert "kiln's own table (us-east-1, of 2025), an estimate" in text and "price list of" not in text, text


def test_archived_and_failed_snapshots_are_told(world):
    quick(world)
    archived, failed = add_snapshot(world), add_snapshot(world)
    give(world, archived, filled(2048), tier="archive")
    shown = costs(world)
    told = {one["id"]: one for one in shown["snapshots"]}
    assert told[archived]["blocks_figure"] == "exact" and "archived" in told[archived]["why"], told
    assert abs(told[archived]["dollars_a_month"] - 0.0125) < 1e-9, told
    # It has no blocks in the emulator, as one that EBS direct does not read.
    assert told[failed]["blocks_figure"] == "at most" and "ResourceNotFoundException" in told[failed]["why"], told


def test_mistakes_get_one_error(world):
    for arguments, text in ((["-by", "images"], 'not summed up by "images"'), (["-by", "tag:"], 'not summed up by "tag:"'),
                            (["-json", "-md"], "exclude each other")):
        output = kiln(world, "image", "costs", *arguments, code=2)
        assert output.count("error:") == 1 and text in output, output
    assert not world.calls(), "somebody was asked"
    assert 'has no AMI "none"' in show(world, "none", code=1)
    assert "has no snapshot there" in show(world)


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
