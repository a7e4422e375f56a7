"""The endpoint of the EBS direct APIs that publish.py measures against, and who uploads to it."""

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

from measure import call

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
PROGRAM = BUILD / "ebs-endpoint/ebs-endpoint"
LIMIT = BUILD / "put-limit/put_limit"
COLDSNAP = BUILD / "coldsnap/bin/coldsnap"
REGION = "us-east-1"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")


def need_programs(*programs):
    for program in programs:
        if not program.exists():
            sys.exit(f"bench: there is no {program}; scripts/bench makes it")


class Endpoint:
    """Of HTTPS on loopback; its counters, and what a client needs in its environment to use it."""

    def __init__(self, folder, *arguments):
        self.certificate = folder / "endpoint.pem"
        self._process = subprocess.Popen(
            [PROGRAM, "-certificate", self.certificate, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.url = self._process.stdout.readline().decode().strip()
        if not self.url:
            sys.exit("bench: the endpoint does not start")
        # What a client reads to know whom to trust is as long as it is for Amazon's own hosts.
        bundle = folder / "bundle.pem"
        bundle.write_bytes(AUTHORITIES.read_bytes() + self.certificate.read_bytes())
        self._trust = ssl.create_default_context(cafile=self.certificate)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "AWS_ACCESS_KEY_ID": "AKIDBENCH",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": str(bundle),  # kiln's
            "SSL_CERT_FILE": str(bundle),  # coldsnap's
        }

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.stdin.close()
        self._process.wait(20)

    @property
    def host_and_port(self):
        return self.url.removeprefix("https://").split(":")

    def _ask(self, path):
        with urllib.request.urlopen(self.url + path, context=self._trust) as answer:
            return answer.read()

    def reset(self):
        """Forgets snapshots and images, and counts anew."""
        self._ask("/bench/reset")

    def recount(self):
        self._ask("/bench/recount")

    def counters(self):
        return json.loads(self._ask("/bench/counters"))

    def cpu_seconds(self):
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def upload_plainly(self, disk, threads):
        call([LIMIT, *self.host_and_port, self.certificate, disk, str(threads)])

    def upload_with_coldsnap(self, disk):
        # Like kiln it leaves out the blocks of zeros; it does not know holes, and reads them.
        call([COLDSNAP, "upload", "--omit-zero-blocks", "--no-progress", disk], env=self.environment)
