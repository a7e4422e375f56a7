#!/usr/bin/env python3
"""Judges the same files of tests with goss itself and with kiln, on this machine over SSH, and
compares every verdict and what is said of it.

compare.py KILN GOSS: exits with 77 where goss has not been built (scripts/test builds it) or there
is no sshd. CASES are files of tests; some fail on purpose.
"""

import http.server
import json
import os
import pathlib
import socketserver
import struct
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "bench" / "peers"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from cases import CASES, VARS  # noqa: E402
from sshd import Sshd  # noqa: E402

TEMPLATE = """
source "null" "host" {{
{options}
}}
build {{
  sources = ["source.null.host"]
  provisioner "goss" {{
    tests       = ["goss.yaml", "vars.yaml", "part.yaml"]
    vars_file   = "vars.yaml"
    vars_inline = {{ inline = "yes" }}
    vars_env    = {{ KILN_TEST = "here" }}
    format      = "{format}"
    inspect     = true
    report_file = "{report}"
  }}
}}
"""


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/")
            self.end_headers()
            return
        if self.path == "/secret" and self.headers.get("Authorization") != "Basic dTpwIHE=":
            self.send_response(401)
            self.end_headers()
            return
        body = b"hello world\nsecond line\n" + self.headers.get("X-Echo", "").encode()
        self.send_response(200 if self.path != "/none" else 404)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def dns_name(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".") if part) + b"\0"


RECORDS = {
    ("a.example", 1): [bytes([192, 0, 2, 7]), bytes([192, 0, 2, 5])],
    ("a.example", 28): [bytes(15) + b"\1"],
    ("a.example", 15): [struct.pack(">H", 10) + dns_name("mail.a.example")],
    ("a.example", 16): [b"\5hello\5world"],
    ("a.example", 2): [dns_name("ns.a.example")],
    ("a.example", 33): [struct.pack(">HHH", 1, 2, 443) + dns_name("srv.a.example")],
    ("a.example", 257): [b"\0\5issueca.example"],
    ("c.a.example", 5): [dns_name("a.example")],
    ("7.2.0.192.in-addr.arpa", 12): [dns_name("a.example")],
}


class Names(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        name, at = [], 12
        while data[at]:
            name.append(data[at + 1 : at + 1 + data[at]].decode())
            at += 1 + data[at]
        kind = struct.unpack(">H", data[at + 1 : at + 3])[0]
        answers = RECORDS.get((".".join(name), kind), [])
        reply = data[:2] + b"\x81\x80" + struct.pack(">HHHH", 1, len(answers), 0, 0) + data[12 : at + 5]
        for answer in answers:
            reply += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(answer)) + answer
        sock.sendto(reply, self.client_address)


def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def verdicts(report):
    """(type, id, property) -> (outcome, what is said)."""
    out = {}
    for result in json.loads(report)["results"] or []:
        key = (result["resource-type"], result["resource-id"], result["property"])
        said = result["summary-line-compact"] if result["err"] is None else "error"
        out[key] = (("pass", "fail", "skip")[result["result"]], said)
    return out


def essence(said):
    """Where Go prints in an order of its own, and where goss shows its stream instead of the text."""
    if "to have patterns" in said:
        said = said[said.index("to have patterns") :]
    return sorted(said) if "elements were" in said else said


def compare(name, text, kiln, goss, folder, options, fmt="json"):
    (folder / "goss.yaml").write_text(text)
    command = [goss, "--vars", "vars.yaml", "--vars-inline", '{"inline":"yes"}', "validate", "-f", fmt]
    own = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, "KILN_TEST": "here", "NO_COLOR": "1"}
    )
    lines = "\n".join(f"  {key} = {json.dumps(value)}" for key, value in options.items())
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    (folder / "t.pkr.hcl").write_text(TEMPLATE.format(options=lines, format="silent", report="report.json"))
    run = subprocess.run([kiln, "build", "-color=false", "t.pkr.hcl"], cwd=folder, capture_output=True, text=True)
    if not report.exists():
        return [f"{name}: kiln made no report:\n{run.stdout}{run.stderr}\ngoss says: {own.stdout[-500:]}{own.stderr[-500:]}"]
    want, got = verdicts(own.stdout), verdicts(report.read_text())
    problems = []
    for key in sorted(want.keys() | got.keys()):
        w, g = want.get(key), got.get(key)
        if w is None or g is None or w[0] != g[0] or essence(w[1]) != essence(g[1]):
            problems.append(f"{name}: {': '.join(key)}\n  goss: {w}\n  kiln: {g}")
    compare.judged += len(want)
    compare.failed += sum(outcome == "fail" for outcome, _ in want.values())
    return problems


compare.judged = compare.failed = 0


def main():
    kiln, goss = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    if not os.access(goss, os.X_OK) or not os.path.exists("/usr/sbin/sshd"):
        print("skipped: no goss, or no sshd")
        return 77
    problems = []
    with tempfile.TemporaryDirectory(prefix="kiln-goss-") as scratch:
        folder = pathlib.Path(scratch) / "work"
        folder.mkdir()
        for variable, name in (("XDG_STATE_HOME", "state"), ("XDG_CACHE_HOME", "cache"), ("XDG_CONFIG_HOME", "config")):
            os.environ[variable] = str(pathlib.Path(scratch) / name)
        # Both see the machine as one who logs in does.
        web = serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web))
        names = serve(socketserver.ThreadingUDPServer(("127.0.0.1", 0), Names))
        (folder / "link").symlink_to("/nowhere/at/all")
        (folder / "a b").write_text("one\ntwo words\n\nlast without newline")
        (folder / "binary").write_bytes(bytes(range(256)) * 4)
        os.mkfifo(folder / "pipe")
        os.chmod(folder / "a b", 0o4640)
        (folder / "vars.yaml").write_text(VARS)
        (folder / "part.yaml").write_text("file:\n  /etc/passwd:\n    exists: true\n    filetype: file\n")
        with Sshd(pathlib.Path(scratch) / "sshd") as sshd:
            for name, text in CASES.items():
                text = text.replace("@DIR@", str(folder)).replace("@WEB@", f"http://127.0.0.1:{web}")
                text = text.replace("@DNS@", f"127.0.0.1:{names}").replace("@SSH@", str(sshd.port))
                problems += compare(name, text, kiln, goss, folder, sshd.options())
    print("\n".join(problems))
    print(f"{len(CASES)} files, {compare.judged} verdicts ({compare.failed} of them failures), {len(problems)} differ")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
