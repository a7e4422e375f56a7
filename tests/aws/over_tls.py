#!/usr/bin/env python3
"""AWS over TLS: who is believed, by the first connection and by those after it."""

import contextlib
import socket
import ssl
import subprocess
import threading
import urllib.parse

import checks
import disks
from kiln import Project
from world import World


def certificate(folder, name):
    """(certificate, key) for 127.0.0.1 that nothing but itself has signed."""
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]],
        check=True, stderr=subprocess.DEVNULL)
    return paths


class Front:
    """TLS before the emulator. From connection `change_at` on it shows its second certificate."""

    def __init__(self, endpoint, first, second=None, change_at=0):
        self._behind = urllib.parse.urlparse(endpoint)
        self._contexts = [self._context(one) for one in (first, second or first)]
        self._change_at = change_at
        self.connections = 0
        self.believed = 0  # those whose handshake came to its end
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _context(self, pair):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        return context

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                context = self._contexts[self.connections >= self._change_at]
                self.connections += 1
                threading.Thread(target=self._relay, args=(plain, context), daemon=True).start()

    def _relay(self, plain, context):
        with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as near, \
                socket.create_connection((self._behind.hostname, self._behind.port)) as far:
            with self._lock:
                self.believed += 1
            back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
            back.start()
            self._carry(near, far)
            back.join()

    def _carry(self, source, to):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                to.sendall(piece)
        with contextlib.suppress(OSError):
            to.shutdown(socket.SHUT_WR)


def start(made, front, bundle):
    return made.start("publish", "-color=false", "-name", "over-tls", "-force", "node.raw",
                      AWS_ENDPOINT_URL=front.url, AWS_CA_BUNDLE=str(bundle))


def project(world):
    world.control("settings", {"image": 0, "copy": 0, "snapshot": 0})
    made = Project(world, {})
    disks.fill(disks.partitioned(made.folder / "node.raw", 24 * disks.MIB), range(1, 40))
    return made


def test_every_connection_believes_what_the_bundle_has(world):
    made = project(world)
    mine = certificate(made.folder, "mine")
    with Front(world.endpoint, mine) as front:
        assert start(made, front, mine[0]).wait(120) == 0, made.output()
        assert front.believed == front.connections > 2, (front.believed, front.connections)


def test_no_connection_believes_another(world):
    made = project(world)
    mine, other = certificate(made.folder, "mine"), certificate(made.folder, "other")
    for change_at in (0, 1, 3):
        with Front(world.endpoint, mine, other, change_at) as front:
            process = start(made, front, mine[0])
            checks.until(lambda: front.connections > change_at + 1 or process.poll() is not None, 60)
            process.kill()  # it would try again for a while
            process.wait()
            assert front.connections > change_at, (change_at, made.output())
            assert front.believed == change_at, (change_at, front.believed)


def main():
    with World() as world:
        checks.run(globals(), world)


if __name__ == "__main__":
    main()
