"""python -m emulator [--ssh-port N]: runs until its standard input ends.

Prints one line of JSON when it listens: {"endpoint": "http://127.0.0.1:PORT", "folder": ...}.
"""

import argparse
import json
import logging
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import threading

from . import catalogue, machines, settings


def main():
    parser = argparse.ArgumentParser(prog="emulator")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0: any")
    parser.add_argument("--ssh-port", type=int, default=settings.SSH_PORT, help="port of the instances' sshd")
    options = parser.parse_args()
    settings.SSH_PORT = options.ssh_port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kiln-aws-"))
    try:
        serve(options, folder)
    finally:
        machines.reset()
        shutil.rmtree(folder, ignore_errors=True)


def serve(options, folder):
    machines.begin(folder)
    catalogue.write(folder / "images.json")
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "MOTO_ACCOUNT_ID": settings.ACCOUNT,
        "MOTO_ENABLE_AMI_VALIDATION": "true",
        "MOTO_ENABLE_KEYPAIR_VALIDATION": "true",
        "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    }
    # moto reads the environment when it is imported.
    from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    from . import images, instances, keeping, speed
    from .front import Front

    images.install()
    keeping.install()
    instances.install()
    catalogue.install()
    speed.install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    front = Front(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", options.port, front, threaded=True, request_handler=MotoRequestHandler)
    server.daemon_threads = True
    endpoint = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"endpoint": endpoint, "folder": str(folder)}), flush=True)
    sys.stdin.buffer.read()
    server.shutdown()


if __name__ == "__main__":
    main()
