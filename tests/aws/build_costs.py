#!/usr/bin/env python3
"""What a build on EC2 has cost: in its output, its record, its page and `kiln report show -costs`."""

import json

import checks
from kiln import SSH, Project
from world import World

TEMPLATE = """
source "amazon-ebs" "node" {
  ami_name                    = "costly"
  instance_type               = "t3.micro"
  associate_public_ip_address = true
  ami_regions                 = ["eu-west-1"]
  source_ami_filter {
    filters     = { name = "debian-12-amd64-*" }
    owners      = ["136693071363"]
    most_recent = true
  }
%s
}
build {
  sources = ["amazon-ebs.node"]
  provisioner "shell" { inline = ["%s"] }
  post-processor "provenance" { output = "made.json" }
}
"""


def project_of(world, command="true"):
    return Project(world, {"t.pkr.hcl": TEMPLATE % (SSH, command)})


def record(project):
    [run] = (project.folder / "xdg" / "xdg_state_home" / "kiln" / "reports").glob("*/run.json")
    return json.loads(run.read_text()), (run.parent / "report.html").read_text()


def test_what_was_used_is_paid_for(world):
    project = project_of(world)
    output = project.build("t.pkr.hcl")
    run, page = record(project)
    costs = run["builds"][0]["costs"]
    once = {part["what"]: part for part in costs["once"]}
    [instance] = [what for what in once if what.startswith("t3.micro for ")]
    # EC2 charges for a minute at least: an hour of it is 0.0104 USD in the price list.
    assert once[instance]["listed"] and once[instance]["dollars"] >= 0.0104 / 60, costs
    assert once[instance]["dollars"] < 0.0104, costs
    assert round(once["a public IPv4 address"]["dollars"], 8) >= round(0.005 / 60, 8), costs
    assert 8 * 0.08 / 730 / 60 <= once["/dev/xvda 8 GiB gp3"]["dollars"] + 1e-9, costs
    monthly = {part["what"]: (round(part["dollars"], 4), part["listed"]) for part in costs["monthly"]}
    assert monthly == {"snapshots in us-east-1, at most 8 GiB": (0.4, True),
                       "snapshots in eu-west-1, at most 8 GiB": (0.44, True)}, costs
    line = "An estimate of its cost: 0.00 USD, and 0.84 USD a month for what it leaves"
    assert f"==> amazon-ebs.node: {line}" in output, output
    assert '<h2 id="costs">Costs</h2>' in page and "snapshots in eu-west-1, at most 8 GiB" in page
    code, shown = project.run("report", "show", "-costs")
    assert code == 0 and "a month, for what it leaves: 0.84 USD" in shown, shown
    assert "could not be had" not in page + shown

    # The statement of provenance names the AMIs, and the one it came from.
    statement = json.loads((project.folder / "made.json").read_text())
    amis = {image["uri"] for image in statement["subject"]}
    for region in ("us-east-1", "eu-west-1"):
        [made] = world.client("ec2", region).describe_images(Owners=["self"])["Images"]
        assert f"arn:aws:ec2:{region}::image/{made['ImageId']}" in amis, statement["subject"]
    used = [d.get("uri") for d in statement["predicate"]["buildDefinition"]["resolvedDependencies"]]
    assert "arn:aws:ec2:us-east-1::image/ami-0deb1200000000002" in used, used


def test_prices_that_can_not_be_had_are_no_trouble(world):
    world.fault("error", "GetProducts", status=400, code="AccessDeniedException", message="no", times=0)
    project = project_of(world)
    output = project.build("t.pkr.hcl")
    assert "(the price list could not be had)" in output, output
    run, page = record(project)
    parts = run["builds"][0]["costs"]["once"] + run["builds"][0]["costs"]["monthly"]
    assert parts and all(part["listed"] is False for part in parts), parts
    assert "The price list could not be had" in page
    assert len(world.calls("GetProducts")) == 1, "it is asked once"


def test_a_failed_build_has_cost_something_and_leaves_nothing(world):
    project = project_of(world, "exit 3")
    code, output = project.run("build", "-color=false", "t.pkr.hcl")
    assert code == 1, output
    costs = record(project)[0]["builds"][0]["costs"]
    assert any(part["what"].startswith("t3.micro for ") for part in costs["once"]), costs
    assert costs["monthly"] == [], costs


def test_where_nothing_is_charged_there_are_no_costs(world):
    null = 'source "null" "n" { communicator = "none" }\nbuild { sources = ["null.n"] }\n'
    project = Project(world, {"t.pkr.hcl": null})
    project.build("t.pkr.hcl")
    run, page = record(project)
    assert run["builds"][0]["costs"] is None and "Costs" not in page
    code, shown = project.run("report", "show", "-costs")
    assert code == 0 and "No build of this run" in shown, shown


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
