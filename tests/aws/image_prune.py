#!/usr/bin/env python3
"""kiln image prune and history: what a policy keeps on accounts full of traps, and what is remembered."""

import csv
import datetime
import io
import json
import shutil

import checks
from account import add_image, add_snapshot, copy_image, images, quick, set_facts, snapshots
from kiln import Project
from world import REGION, World

EUROPE = "eu-west-1"


def kiln(world, *arguments, code=0, project=None):
    project = project or Project(world, {})
    found, output = project.run(*arguments)
    assert found == code, f"exit code {found}:\n{output}"
    return output


def node(world, number, region=REGION, tags=None, **more):
    given = {"kiln:run": f"run-{number}", "kiln:role": "output", "kiln:template": "nodes:amazon-ebs.node"}
    given |= tags or {}
    return add_image(world, f"node-{number}", region, tags=given, created=f"2026-0{number}-01", **more)


def prune(world, policy, *flags, code=0, project=None):
    project = project or Project(world, {})
    (project.folder / "prune.hcl").write_text(policy)
    return kiln(world, "image", "prune", "-policy", "prune.hcl", *flags, code=code, project=project)


def test_the_newest_of_each_template_and_architecture_stay(world):
    quick(world)
    made = {number: node(world, number) for number in range(1, 5)}
    copy = copy_image(world, made[1][0], REGION, EUROPE, "node-1")[0]
    arm, _ = node(world, 5, arch="arm64")
    others, _ = add_image(world, "node-0", created="2020-01-01")
    temporary, _ = node(world, 6, tags={"kiln:role": "temporary"})
    before = images(world), snapshots(world)
    shown = prune(world, "keep_newest = 2", "-dry-run")
    assert (images(world), snapshots(world)) == before, "a dry run has changed something"
    assert "2.52" not in shown and "frees at most 24.0 GiB of snapshots" in shown, shown
    plan = json.loads(prune(world, "keep_newest = 2", "-dry-run", "-json"))
    decided = {one["name"]: (one["action"], one["why"]) for one in plan["decisions"]}
    assert decided == {"node-4": ("keep", "newest 1 of 2"), "node-3": ("keep", "newest 2 of 2"),
                       "node-2": ("remove", None), "node-1": ("remove", None),
                       "node-5": ("keep", "newest 1 of 2")}, decided
    prune(world, "keep_newest = 2", "-yes")
    assert images(world) == {(REGION, made[3][0]), (REGION, made[4][0]), (REGION, arm), (REGION, others),
                             (REGION, temporary)}
    assert (EUROPE, copy) not in images(world) and not [s for s in snapshots(world) if s[0] == EUROPE]


def test_what_is_used_shared_tagged_or_launched_stays(world):
    quick(world)
    made = {number: node(world, number)[0] for number in range(1, 9)}
    shared = add_snapshot(world)
    node_9, _ = node(world, 9, snapshots=[shared])
    keeper, _ = add_image(world, "keeper", snapshots=[shared])
    ec2 = world.client("ec2")
    ec2.create_launch_template(LaunchTemplateName="nodes", LaunchTemplateData={"ImageId": made[1]})
    world.client("ssm").put_parameter(Name="/node", Type="String", Value=made[2])
    ec2.modify_image_attribute(ImageId=made[3], LaunchPermission={"Add": [{"UserId": "111122223333"}]})
    ec2.create_tags(Resources=[made[4]], Tags=[{"Key": "keep", "Value": "yes"}])
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    set_facts(world, made[5], last_launched_time=now)
    ec2.enable_image_deregistration_protection(ImageId=made[6])
    set_facts(world, made[7], creation_date=now)
    policy = 'keep_younger = "30d"\nkeep_launched_within = "30d"\nkeep_tagged = ["keep"]\n'
    plan = json.loads(prune(world, policy, "-dry-run", "-json"))
    decided = {one["name"]: (one["action"], one["why"]) for one in plan["decisions"]}
    assert {name for name, (action, _) in decided.items() if action == "remove"} == {"node-8", "node-9"}, decided
    for name, text in (("node-1", "used by launch template"), ("node-2", "used by SSM parameter /node"),
                       ("node-3", "shared"), ("node-4", "tagged keep"), ("node-5", "launched on"),
                       ("node-6", "protected from deregistration"), ("node-7", " old")):
        assert text in decided[name][1], decided
    prune(world, policy, "-yes")
    assert images(world) == {(REGION, made[n]) for n in range(1, 8)} | {(REGION, keeper)}
    assert (REGION, shared) in snapshots(world), "another image maps it"


def test_a_grace_begins_passes_and_is_taken_back(world):
    quick(world)
    old, _ = node(world, 1)
    spared, _ = node(world, 2)
    new, _ = node(world, 3)
    policy = 'keep_newest = 1\ngrace = "14d"\n'
    output = prune(world, policy, "-yes")
    assert output.count("changed AMI") == 2 and len(images(world)) == 3, output
    facts = world.control("image", region=REGION, id=old)
    assert facts["state"] == "disabled" and facts["deprecation_time"] != "None", facts
    due = facts["tags"]["kiln:prune-after"]
    assert prune(world, policy, "-yes").count("wait") == 2, "the grace is not over, and does not begin anew"
    assert world.control("image", region=REGION, id=old)["tags"]["kiln:prune-after"] == due
    # One comes into use, the other's time is over.
    world.client("ssm").put_parameter(Name="/node", Type="String", Value=spared)
    for name in (old, spared):
        world.client("ec2").create_tags(
            Resources=[name], Tags=[{"Key": "kiln:prune-after", "Value": "2026-01-01T00:00:00Z"}])
    prune(world, policy, "-yes")
    assert images(world) == {(REGION, spared), (REGION, new)}
    facts = world.control("image", region=REGION, id=spared)
    assert facts["state"] == "available" and facts["deprecation_time"] == "None", facts
    assert "kiln:prune-after" not in facts["tags"], facts


def test_mistakes_of_a_policy_change_nothing(world):
    quick(world)
    node(world, 1)
    before = images(world)
    output = prune(world, "keep_newest = 1\nkeep_yunger = \"1d\"\n", "-yes", code=1)
    assert output.startswith("prune.hcl:2:1: error:") and 'did you mean "keep_younger"?' in output, output
    assert "the policy keeps nothing" in prune(world, "", "-yes", code=1)
    assert "needs -policy FILE" in kiln(world, "image", "prune", code=2)
    assert "nobody can be asked" in prune(world, 'keep_tagged = ["none"]', code=2)
    output = prune(world, "keep_newest = 1", "-yes", "-account", "210987654321", code=1)
    assert "-account names 210987654321" in output, output
    output = kiln(world, "image", "prune", "-policy", "none.hcl", code=1)
    assert "none.hcl" in output and output.count("error:") == 1, output
    assert images(world) == before and not world.calls("DeregisterImage")


def test_history_survives_the_loss_of_tags_and_of_the_state(world):
    quick(world)
    first, _ = node(world, 1, tags={"kiln:source-ami": "ami-base-1", "kiln:source-name": "base-1"})
    second, _ = node(world, 2, tags={"Kubernetes_Version": "1.33", "kiln:source-ami": "ami-base-2",
                                     "kiln:source-name": "base-2"})
    copy_image(world, second, REGION, EUROPE, "node-2")
    world.client("ec2").run_instances(
        ImageId=second, MinCount=1, MaxCount=1, InstanceType="t3.micro",
        TagSpecifications=[{"ResourceType": "instance",
                            "Tags": [{"Key": "kubernetes.io/cluster/prod", "Value": "owned"}]}])
    project = Project(world, {})
    kiln(world, "image", "history", "-set", "reason=t2.small => t2.medium", "-set", "author=Ada", "-set",
         "support=ops@example.org", "node-2", project=project)
    assert world.control("image", region=REGION, id=second)["tags"]["kiln:reason"] == "t2.small => t2.medium"

    def rows(**more):
        output = kiln(world, "image", "history", "-csv", **more)
        return {row["release"]: row for row in csv.DictReader(io.StringIO(output))}

    want = rows(project=project)
    assert list(want) == ["node-1", "node-2"]
    row = want["node-2"]
    assert (row["author"], row["support"], row["reason"]) == ("Ada", "ops@example.org", "t2.small => t2.medium"), row
    assert (row["date"], row["Kubernetes"], row["clusters"]) == ("2026-02-01", "1.33", "prod"), row
    assert row["source"] == "base-2 (base-1 -> base-2, ami-base-1 -> ami-base-2)", row
    assert EUROPE in row["AMIs"] and REGION in row["AMIs"], row
    # Another machine knows what the tags say.
    assert rows()["node-2"]["reason"] == "t2.small => t2.medium"
    # The tags go, and this machine still knows; then it gives them back.
    keys = [{"Key": key} for key in ("kiln:reason", "kiln:author", "kiln:support")]
    for region, image in images(world):
        world.client("ec2", region).delete_tags(Resources=[image], Tags=keys)
    assert rows()["node-2"]["reason"] == ""
    assert rows(project=project) == want
    kiln(world, "image", "history", "-repair", project=project)
    assert rows()["node-2"]["reason"] == "t2.small => t2.medium"
    # An image that is gone stays in the history of who has seen it.
    kiln(world, "image", "rm", "-yes", first, project=project)
    assert rows(project=project)["node-1"]["AMIs"].startswith("removed "), rows(project=project)
    assert rows().keys() == {"node-2"}
    # The state goes, and the tags still tell.
    shutil.rmtree(project.environment["XDG_STATE_HOME"])
    assert rows(project=project)["node-2"]["author"] == "Ada"


def test_history_is_a_page_and_a_document(world):
    quick(world)
    node(world, 1, tags={"kiln:description": "<script>alert(1)</script>"})
    project = Project(world, {})
    kiln(world, "image", "history", "-html", "releases.html", project=project)
    page = (project.folder / "releases.html").read_text()
    assert page.startswith("<!doctype html>") and "<svg" in page and "node-1" in page
    assert "<script" not in page and "&lt;script&gt;" in page and "http" not in page
    document = json.loads(kiln(world, "image", "history", "-json", project=project))
    assert document["releases"][0]["lineage"] == "nodes:amazon-ebs.node"
    assert document["releases"][0]["dollars_a_month_at_most"] > 0
    assert kiln(world, "image", "history", "-md", project=project).startswith("| date")
    output = kiln(world, "image", "history", "-set", "colour=red", "node-1", project=project, code=2)
    assert "is not FIELD=VALUE" in output and "the fields are author" in output, output


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
