#!/usr/bin/env python3
"""The post-processor provenance: in-toto's own types read the statement, securesystemslib verifies the envelope.

provenance.py KILN
"""

import base64
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

TEMPLATE = """
variable "size" {
  type    = number
  default = 3
}
variable "password" {
  type      = string
  sensitive = true
}
variable "telling" {
  type    = list(string)
  default = ["a hunter22 b", "c"]
}
source "file" "image" {
  source = "base.img"
  target = "out/image.img"
}
build {
  name    = "node"
  sources = ["file.image"]
  provisioner "shell-local" { script = "step.sh" }
  post-processors {
    post-processor "compress" {
      output              = "out/image.img.gz"
      keep_input_artifact = true
    }
    post-processor "provenance" {
      output = "out/{{.BuildName}}.intoto.json"
%s
    }
  }
  post-processor "shell-local" { inline = ["echo done"] }
}
"""


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Folder:
    def __init__(self, kiln, root):
        self.kiln, self.root = kiln, root
        (root / "out").mkdir()
        (root / "base.img").write_bytes(b"base" * 1000)
        (root / "step.sh").write_bytes(b"#!/bin/sh\r\necho a step\r\n".replace(b"\r\n", b"\n"))
        (root / "step.sh").chmod(0o755)
        (root / "size.auto.pkrvars.hcl").write_text("size = 4\n")

    def build(self, lines="", variables=()):
        (self.root / "node.pkr.hcl").write_text(TEMPLATE % lines)
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.root / "home"), "ASAN_OPTIONS": "detect_leaks=0"}
        flags = [f"-var={v}" for v in ("password=hunter22", *variables)]
        return subprocess.run(
            [self.kiln, "build", "-color=false", "-force", *flags, "."],
            cwd=self.root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def written(self):
        return (self.root / "out/image.intoto.json").read_bytes()


def check_statement(text, folder, began):
    """A statement as in-toto has them, with all that this build used and made."""
    statement = json_format.Parse(text, statement_pb2.Statement())  # refuses fields that it does not know
    Statement.copy_from_pb(statement).validate()
    assert statement.predicate_type == "https://slsa.dev/provenance/v1"
    predicate = json.loads(text)["predicate"]
    provenance = json_format.ParseDict(predicate, provenance_pb2.Provenance())

    subjects = {s.name: dict(s.digest) for s in statement.subject}
    assert subjects == {"image.img.gz": {"sha256": sha256(folder.root / "out/image.img.gz")}}, subjects

    definition = provenance.build_definition
    external = json_format.MessageToDict(definition.external_parameters)
    assert external["template"] == "."
    assert external["build"] == "node.file.image"
    assert external["variables"] == {"size": 4, "telling": ["a <sensitive> b", "c"]}, external
    assert external["sensitiveVariables"] == ["password"]
    assert b"hunter22" not in text, "a secret is in the statement"

    used = {d.name: dict(d.digest) for d in definition.resolved_dependencies}
    for name in ("node.pkr.hcl", "size.auto.pkrvars.hcl", "base.img", "step.sh"):
        assert used.get(name) == {"sha256": sha256(folder.root / name)}, (name, used)

    details = provenance.run_details
    assert details.builder.id.startswith(("pkg:generic/kiln@", "https://")), details.builder.id
    assert details.builder.version["kiln"]
    assert len(details.metadata.invocation_id) == 36
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    started = details.metadata.started_on.ToDatetime()
    finished = details.metadata.finished_on.ToDatetime()
    assert began <= started <= finished <= now, (began, started, finished, now)
    return details


def check_unsigned(folder):
    began = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
    done = folder.build()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Writing unsigned provenance to out/image.intoto.json" in done.stdout
    check_statement(folder.written(), folder, began)


def key_of(pem):
    return SSlibKey.from_crypto(load_pem_public_key(pem.read_bytes()))


def check_signed(folder, name, make, password=None):
    key, public = folder.root / f"{name}.key", folder.root / f"{name}.pub"
    make(key)
    openssl("pkey", "-in", key, "-pubout", "-out", public, *(["-passin", f"pass:{password}"] if password else []))
    lines = f'key = "{name}.key"\nbuilder_id = "https://ci.example.org/images"\n'
    if password:
        lines += "key_password = var.password\n"
    began = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
    done = folder.build(lines)
    assert done.returncode == 0, done.stdout + done.stderr
    envelope = Envelope.from_dict(json.loads(folder.written()))
    assert envelope.payload_type == "application/vnd.in-toto+json"
    trusted = key_of(public)
    trusted.keyid = next(iter(envelope.signatures))
    assert trusted.keyid == hashlib.sha256(
        subprocess.run(["openssl", "pkey", "-pubin", "-in", public, "-outform", "DER"], check=True,
                       capture_output=True).stdout).hexdigest()  # fmt: skip
    assert len(envelope.verify([trusted], 1)) == 1
    details = check_statement(envelope.payload, folder, began)
    assert details.builder.id == "https://ci.example.org/images"

    # Neither another text nor another key passes.
    changed = json.loads(folder.written())
    payload = base64.b64decode(changed["payload"]).replace(b'"size": 4', b'"size": 5')
    changed["payload"] = base64.b64encode(payload).decode()
    refused(Envelope.from_dict(changed), trusted)
    openssl("genpkey", "-algorithm", "ed25519", "-out", folder.root / "other.key")
    openssl("pkey", "-in", folder.root / "other.key", "-pubout", "-out", folder.root / "other.pub")
    other = key_of(folder.root / "other.pub")
    other.keyid = trusted.keyid
    refused(envelope, other)


def refused(envelope, key):
    try:
        envelope.verify([key], 1)
    except VerificationError:
        return
    raise AssertionError("the signature passes")


def check_mistakes(folder):
    """One error before anything is made."""
    root = folder.root
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", root / "rsa.key")
    openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:other", "-out", root / "locked.key")
    (root / "no.key").write_text("not a key\n")
    for lines, told in (
        ('key = "missing.key"', 'there is no file "missing.key"'),
        ('key = "no.key"', '"no.key" is no private key in PEM'),
        ('key = "locked.key"', '"locked.key" is locked with a passphrase'),
        ('key = "locked.key"\nkey_password = var.password', "key_password does not open the key locked.key"),
        ('key = "rsa.key"', "the key rsa.key is one of RSA, 2048 bits"),
        ("key_password = var.password", 'key_password is of no use without "key"'),
        ('builder_id = "our builder"', '"our builder" is no URI'),
    ):
        for made in (root / "out").glob("*"):
            made.unlink()
        done = folder.build(lines)
        output = done.stdout + done.stderr
        assert done.returncode == 1, (lines, output)
        assert told in output, (lines, output)
        assert "a step" not in output, "the build had begun"
        assert not list((root / "out").glob("*")), "something was made"
        assert "hunter22" not in output


def main():
    with tempfile.TemporaryDirectory(prefix="kiln-attest-test-") as scratch:
        folder = Folder(sys.argv[1], pathlib.Path(scratch))
        check_unsigned(folder)
        check_signed(folder, "ed25519", lambda key: openssl("genpkey", "-algorithm", "ed25519", "-out", key))
        check_signed(
            folder, "p256",
            lambda key: openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key),
        )  # fmt: skip
        check_signed(
            folder, "sec1",
            lambda key: openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key),
        )  # fmt: skip
        check_signed(
            folder, "opened",
            lambda key: openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:hunter22", "-out", key),
            "hunter22",
        )  # fmt: skip
        check_mistakes(folder)
    print("in-toto and securesystemslib take the statements, and refuse what was changed")


if __name__ == "__main__":
    main()
