#!/usr/bin/env python3
"""instance_metadata.py KILN_NODE: what EC2's metadata service tells, from one on loopback."""

import http.server
import json
import sys
import tempfile
import threading

from node_tree import make_tree, run

TOKEN = "a-token"
MACS = "network/interfaces/macs/"
DATA = {
    "instance-type": "m5.24xlarge",
    "instance-id": "i-0123456789abcdef0",
    "placement/availability-zone": "eu-west-1b",
    MACS: "0a:00:00:00:00:02/\n0a:00:00:00:00:01/",
    MACS + "0a:00:00:00:00:01/interface-id": "eni-1",
    MACS + "0a:00:00:00:00:01/device-number": "0",
    MACS + "0a:00:00:00:00:01/subnet-id": "subnet-1",
    MACS + "0a:00:00:00:00:01/subnet-ipv4-cidr-block": "10.0.1.0/24",
    MACS + "0a:00:00:00:00:01/local-ipv4s": "10.0.1.5\n10.0.1.6",
    MACS + "0a:00:00:00:00:02/interface-id": "eni-2",
    MACS + "0a:00:00:00:00:02/device-number": "1",
    MACS + "0a:00:00:00:00:02/network-card": "1",
    MACS + "0a:00:00:00:00:02/subnet-id": "subnet-2",
    "tags/instance/": "Name\nrole",
    "tags/instance/Name": "node 1",
    "tags/instance/role": "data",
}


class Service(http.server.BaseHTTPRequestHandler):
    """Version 2: nothing without the token that a PUT gave."""

    def answer(self, status, text=""):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self):
        good = self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
        if good and self.server.gives_tokens:
            self.answer(200, TOKEN)
        else:
            self.answer(403)

    def do_GET(self):
        if self.headers["X-aws-ec2-metadata-token"] != TOKEN:
            self.answer(401)
            return
        name = self.path.removeprefix("/latest/meta-data/")
        self.answer(200, DATA[name]) if name in DATA else self.answer(404, "<html>no</html>")

    def log_message(self, *_):
        pass


def facts(program, root, endpoint):
    result = run(program, "facts", "--json", "--root", root, "--imds", endpoint)
    assert result.returncode == 0, result
    return json.loads(result.stdout)


def main():
    program = sys.argv[1]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.gives_tokens = True
    endpoint = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        make_tree(folder)
        instance = facts(program, folder, endpoint)["instance"]
        assert instance["type"] == "m5.24xlarge", instance
        assert instance["id"] == "i-0123456789abcdef0", instance
        assert instance["zone"] == "eu-west-1b", instance
        assert instance["tags"] == {"Name": "node 1", "role": "data"}, instance
        # By network card and device index, whatever the order of the answer.
        assert [(eni["id"], eni["network_card"], eni["device_index"]) for eni in instance["enis"]] == [
            ("eni-1", 0, 0),
            ("eni-2", 1, 1),
        ], instance
        assert instance["enis"][0]["addresses"] == ["10.0.1.5", "10.0.1.6"], instance
        assert instance["enis"][1]["subnet"] == "subnet-2", instance
        assert instance["enis"][1]["subnet_cidr"] is None, instance

        # Without a token nothing is known, and the rest of the facts goes on.
        server.gives_tokens = False
        refused = facts(program, folder, endpoint)
        assert refused["instance"]["enis"] == [], refused
        assert any("metadata service does not answer" in line for line in refused["missing"]), refused

        server.shutdown()
        server.server_close()
        gone = facts(program, folder, endpoint)
        assert any("metadata service does not answer" in line for line in gone["missing"]), gone

        for wrong in ("http://192.0.2.1", "https://127.0.0.1", "http://127.0.0.1:x"):
            result = run(program, "facts", "--root", folder, "--imds", wrong)
            assert result.returncode == 2 and "metadata endpoint" in result.stderr, result


if __name__ == "__main__":
    main()
