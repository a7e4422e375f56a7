#!/usr/bin/env python3
"""Keys that somebody lends for a while: a role that asks for a one-time code, and Vault."""

import contextlib
import http.server
import json
import threading

import checks
from kiln import SSH, Project
from world import ACCESS_KEY, REGION, SECRET_KEY, World

TEMPLATE = """
variable "mfa_code" {
  default   = "987654"
  sensitive = true
}
source "amazon-ebs" "node" {
  ami_name      = "by-lent-keys"
  source_ami    = "ami-0deb1200000000001"
  instance_type = "t3.micro"
  MORE
""" + SSH + """
}
build {
  SOURCES
  provisioner "shell" { inline = ["echo shaped it"] }
}
"""
ONE = 'sources = ["amazon-ebs.node"]'
# Two regions are two ways to AWS, and a device shows one code for half a minute.
TWO_REGIONS = """
  source "amazon-ebs.node" {
    name   = "here"
    region = "us-east-1"
  }
  source "amazon-ebs.node" {
    name   = "there"
    region = "us-west-2"
  }
"""
CONFIG = f"""
[profile with-code]
role_arn       = arn:aws:iam::123456789012:role/builder
source_profile = own
mfa_serial     = arn:aws:iam::123456789012:mfa/me
region         = {REGION}
[profile own]
aws_access_key_id     = {ACCESS_KEY}
aws_secret_access_key = {SECRET_KEY}
"""


def project_with(world, more, sources=ONE):
    project = Project(world, {
        "node.pkr.hcl": TEMPLATE.replace("MORE", more).replace("SOURCES", sources), "config": CONFIG})
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del project.environment[name]
    project.environment["AWS_CONFIG_FILE"] = str(project.folder / "config")
    return project


def test_a_role_that_asks_for_a_code(world):
    project = project_with(world, 'profile = "with-code"\n  mfa_code = var.mfa_code', TWO_REGIONS)
    output = project.build("node.pkr.hcl")
    assert output.count("shaped it") >= 2 and "987654" not in output, output
    (call,) = world.calls("AssumeRole")
    assert call["parameters"]["TokenCode"] == "987654", call
    assert call["parameters"]["SerialNumber"].endswith(":mfa/me"), call


def test_a_code_that_nobody_gave(world):
    project = project_with(world, 'profile = "with-code"')
    code, output = project.run("build", "-color=false", "node.pkr.hcl")
    assert code == 1 and "profile with-code asks for a code of the device" in output, output
    assert "-var mfa_code=123456" in output and world.calls() == [], output


class Vault(http.server.BaseHTTPRequestHandler):
    """What Vault's AWS engine answers to one token."""

    def do_GET(self):
        self.server.asked.append(self.path)
        known = self.headers["X-Vault-Token"] == "s.VERYSECRET"
        keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "security_token": None}
        answer = {"lease_duration": 3600, "data": keys} if known else {"errors": ["permission denied"]}
        body = json.dumps(answer).encode()
        self.send_response(200 if known else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


@contextlib.contextmanager
def vault():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vault)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


VAULT = """
  vault_aws_engine {
    name     = "builder"
    role_arn = "arn:aws:iam::123456789012:role/builder"
  }
"""


def test_keys_that_vault_makes(world):
    project = project_with(world, VAULT)
    with vault() as server:
        address = f"http://127.0.0.1:{server.server_port}"
        output = project.build("node.pkr.hcl", VAULT_ADDR=address, VAULT_TOKEN="s.VERYSECRET")
        assert server.asked == [
            "/v1/aws/creds/builder?role_arn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fbuilder"], server.asked
    assert "shaped it" in output and "VERYSECRET" not in output and SECRET_KEY not in output, output
    assert world.calls("CreateImage"), "no image was made"


def test_a_vault_that_refuses(world):
    project = project_with(world, VAULT)
    with vault() as server:
        address = f"http://127.0.0.1:{server.server_port}"
        code, output = project.run(
            "build", "-color=false", "node.pkr.hcl", VAULT_ADDR=address, VAULT_TOKEN="s.OTHER")
    assert code == 1 and "permission denied" in output and "`vault login`" in output, output
    assert "s.OTHER" not in output and world.calls() == [], output


def test_a_vault_without_an_address(world):
    code, output = project_with(world, VAULT).run("build", "-color=false", "node.pkr.hcl")
    assert code == 1 and "vault_aws_engine needs VAULT_ADDR" in output, output


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
