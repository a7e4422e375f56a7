#!/usr/bin/env python3
"""Data sources and functions that ask AWS: what they give, when they are asked, how they fail."""

import json

import checks
from kiln import Project
from world import World

NEWEST = "ami-0deb1200000000002"


def values(world, text, *arguments, **environment):
    """{name: text} of a null build that prints what `text` defines as local.shown."""
    project = Project(world, {"t.pkr.hcl": text + """
source "null" "n" { communicator = "none" }
build {
  sources = ["null.n"]
  provisioner "shell-local" { inline = ["cat <<'EOF' > shown", jsonencode(local.shown), "EOF"] }
}
"""})
    code, output = project.run("build", "-color=false", "t.pkr.hcl", *arguments, **environment)
    assert code == 0, output
    return json.loads((project.folder / "shown").read_text())


def mistake(world, text):
    project = Project(world, {"t.pkr.hcl": text + """
source "null" "n" { communicator = "none" }
build { sources = ["null.n"] }
"""})
    code, output = project.run("build", "-color=false", "t.pkr.hcl")
    assert code == 1, output
    return output


def data(kind, name, body):
    return f'data "{kind}" "{name}" {{\n{body}\n}}\n'


DEBIAN = """
  filters     = { name = "debian-12-amd64-*", root-device-type = "ebs" }
  owners      = ["136693071363"]
  most_recent = true
"""


def test_amazon_ami_gives_the_newest(world):
    shown = values(world, data("amazon-ami", "base", DEBIAN) + "locals { shown = data.amazon-ami.base }")
    assert shown["creation_date"].startswith("2026-09-01T"), shown
    del shown["creation_date"]
    assert shown == {"id": NEWEST, "name": "debian-12-amd64-20260901-2", "owner": "136693071363",
                     "owner_name": "amazon", "tags": {}}, shown


def test_amazon_ami_asks_the_region_it_names(world):
    text = data("amazon-ami", "base", DEBIAN + '  region = "ap-south-1"\n')
    assert values(world, text + "locals { shown = data.amazon-ami.base.id }") == NEWEST
    assert [call["region"] for call in world.calls("DescribeImages")] == ["ap-south-1"], world.calls()


def test_no_ami_and_several_are_errors_at_the_block(world):
    none = mistake(world, data("amazon-ami", "base", DEBIAN.replace("debian-12", "debian-99")))
    assert "t.pkr.hcl:1:1: error: data source \"amazon-ami.base\": No AMI was found matching filters" in none, none
    several = mistake(world, data("amazon-ami", "base", DEBIAN.replace("= true", "= false")))
    assert "Your query returned more than one result" in several and "most_recent" in several, several


def test_a_parameter(world):
    ssm = world.client("ssm")
    ssm.put_parameter(Name="/node/base", Value="one", Type="String")
    ssm.put_parameter(Name="/node/base", Value="two", Type="String", Overwrite=True)
    ssm.put_parameter(Name="/node/key", Value="hidden", Type="SecureString")
    text = (data("amazon-parameterstore", "p", 'name = "/node/base"')
            + data("amazon-parameterstore", "s", 'name = "/node/key"\nwith_decryption = true'))
    shown = values(world, text + "locals { shown = [data.amazon-parameterstore.p, data.amazon-parameterstore.s.value] }")
    assert shown == [{"value": "two", "version": 2, "arn": "arn:aws:ssm:us-east-1:123456789012:parameter/node/base"},
                     "hidden"], shown
    missing = mistake(world, data("amazon-parameterstore", "p", 'name = "/node/other"'))
    assert "ParameterNotFound" in missing and "amazon-parameterstore.p" in missing, missing


def make_secrets(world):
    secrets = world.client("secretsmanager")
    secrets.create_secret(Name="db", SecretString=json.dumps({"user": "node", "port": 5432}))
    secrets.create_secret(Name="one", SecretString='{"only": "this"}')
    secrets.create_secret(Name="plain", SecretString="swordfish")
    secrets.create_secret(Name="bytes", SecretBinary=b"as bytes")
    return secrets


def test_a_secret(world):
    secrets = make_secrets(world)
    blocks = {"user": 'name = "db"\nkey = "user"', "port": 'name = "db"\nkey = "port"',
              "unknown": 'name = "db"\nkey = "pass"', "any": 'name = "db"', "plain": 'name = "plain"',
              "bytes": 'name = "bytes"'}
    text = "".join(data("amazon-secretsmanager", name, body) for name, body in blocks.items())
    shown = values(world, text + "locals { shown = data.amazon-secretsmanager }")
    got = {name: one["value"] for name, one in shown.items()}
    assert got.pop("any") in ("node", "5432"), shown
    assert got == {"user": "node", "port": "5432", "unknown": "", "plain": "swordfish", "bytes": ""}, shown
    assert json.loads(shown["user"]["secret_string"]) == {"user": "node", "port": 5432}, shown
    assert shown["bytes"]["secret_binary"] == "as bytes", shown
    version = secrets.get_secret_value(SecretId="plain")["VersionId"]
    assert shown["plain"]["version_id"] == version, shown
    secrets.put_secret_value(SecretId="plain", SecretString="new")
    text = data("amazon-secretsmanager", "old", 'name = "plain"\nversion_stage = "AWSPREVIOUS"')
    assert values(world, text + "locals { shown = data.amazon-secretsmanager.old.value }") == "swordfish"
    missing = mistake(world, data("amazon-secretsmanager", "s", 'name = "other"'))
    assert "ResourceNotFoundException" in missing, missing


def test_the_functions(world):
    make_secrets(world)
    shown = values(world, """locals { shown = {
      plain = aws_secretsmanager("plain", null)
      port  = aws_secretsmanager("db", "port")
      only  = aws_secretsmanager("one", null)
      raw   = aws_secretsmanager_raw("one")
    } }""")
    assert shown == {"plain": "swordfish", "port": "5432", "only": "this", "raw": '{"only": "this"}'}, shown
    several = mistake(world, 'locals { shown = aws_secretsmanager("db", null) }')
    assert 'the secret "db" has 2 keys, and none is named' in several, several
    unknown = mistake(world, 'locals { shown = aws_secretsmanager("db", "pass") }')
    assert 'the secret "db" has no key "pass"' in unknown, unknown


def test_the_function_in_a_legacy_template(world):
    make_secrets(world)
    template = {"variables": {"user": "{{aws_secretsmanager `db` `user`}}", "raw": "{{aws_secretsmanager_raw `plain`}}"},
                "builders": [{"type": "null", "communicator": "none"}],
                "provisioners": [{"type": "shell-local", "inline": ["echo {{user `user`}} {{user `raw`}} > shown"]}]}
    project = Project(world, {"t.json": json.dumps(template)})
    project.build("t.json")
    assert (project.folder / "shown").read_text() == "node swordfish\n"


def test_validate_asks_nothing_unless_told_to(world):
    text = data("amazon-ami", "base", DEBIAN) + """
locals { image = data.amazon-ami.base.id }
source "null" "n" { communicator = "none" }
build { sources = ["null.n"] }
"""
    project = Project(world, {"t.pkr.hcl": text})
    code, output = project.run("validate", "t.pkr.hcl")
    assert code == 0 and world.calls() == [], output
    code, output = project.run("validate", "-evaluate-datasources", "t.pkr.hcl")
    assert code == 0 and [call["action"] for call in world.calls()] == ["DescribeImages"], output
    code, output = project.run("inspect", "t.pkr.hcl")
    assert code == 0 and NEWEST in output, output


def test_no_region_and_wrong_keys_are_said(world):
    text = data("amazon-ami", "base", DEBIAN) + """
source "null" "n" { communicator = "none" }
build { sources = ["null.n"] }
"""
    project = Project(world, {"t.pkr.hcl": text})
    code, output = project.run("build", "-color=false", "t.pkr.hcl", AWS_REGION="")
    assert code == 1 and "no region is named" in output, output
    code, output = project.run("build", "-color=false", "t.pkr.hcl", AWS_ACCESS_KEY_ID="AKIDOTHER")
    assert code == 1 and "AuthFailure" in output, output


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
