#!/usr/bin/env python3
"""qemu_builder.py KILN IMAGE FOLDER: builder "qemu" with a real machine, emulated.

IMAGE is the guest of tests/vm/guest. One machine is booted for all that shares its first layer; the image that comes
out is booted once more.
"""

import hashlib
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

KILN, IMAGE, FOLDER = (pathlib.Path(word).resolve() for word in sys.argv[1:])
TEMPLATES = pathlib.Path(__file__).resolve().parent / "qemu"
TEMPORARY = FOLDER / "tmp"
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def environment():
    return {
        **{name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
        "XDG_CACHE_HOME": f"{FOLDER}/cache",
        "XDG_STATE_HOME": f"{FOLDER}/state",
        "TMPDIR": str(TEMPORARY),
    }


def kiln_command(template, *words, **variables):
    given = [word for name, value in variables.items() for word in ("-var", f"{name}={value}")]
    return [KILN, "build", "-color=false", *words, *given, TEMPLATES / template]


def build(template, *words, succeeds=True, prefix=(), **variables):
    """What it prints."""
    run = subprocess.run(
        [*prefix, *kiln_command(template, *words, **variables)],
        cwd=FOLDER, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    print(run.stdout, flush=True)
    assert (run.returncode == 0) == succeeds, f"{template} ended with {run.returncode}"
    assert not list(TEMPORARY.iterdir()), f"left: {list(TEMPORARY.iterdir())}"
    return run.stdout


def fails(expected, template="node.pkr.hcl", **given):
    """The build ends with one error that says this, and leaves nothing."""
    text = build(template, succeeds=False, **given)
    assert expected in text, f"not told: {expected}"
    assert not (FOLDER / "out").exists(), "the output directory is left"


def processes_naming(text):
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"qemu-system-x86_64") and any(text.encode() in word for word in words):
            found.append(path.parent.name)
    return found


def bad_input():
    """Each is told before a machine starts."""
    fails("is not the one that iso_checksum means", image=IMAGE, checksum="sha256:" + "0" * 64)
    fails('accelerator "hvf" is not in this QEMU', image=IMAGE, accelerator="hvf")
    corrupt = FOLDER / "corrupt.qcow2"
    corrupt.write_bytes(IMAGE.read_bytes()[: 1 << 20])
    fails("corrupt.qcow2", image=corrupt)
    mislabelled = FOLDER / "image.vmdk"
    mislabelled.unlink(missing_ok=True)
    mislabelled.symlink_to(IMAGE)
    fails("image.vmdk is not what its name says: its content is qcow2", image=mislabelled)
    fails("does not exist", image=FOLDER / "absent.qcow2")
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        port = first.getsockname()[1]
        second.bind(("127.0.0.1", port + 1))
        first.listen()
        second.listen()
        fails(f"no port from {port} to {port + 1} is free", image=IMAGE, ports=f"[{port},{port + 1}]")


def first_build():
    text = build("node.pkr.hcl", image=IMAGE)
    for line in (
        "Creating temporary ED25519 SSH key for instance...",
        "Waiting 10s for boot...",
        "Connecting to VM via VNC (127.0.0.1:59",
        "Typing the boot commands over VNC...",
        "Step 3 of 3 (shell): not cached yet",
        "Gracefully halting virtual machine...",
        "Converting hard drive...",
        "VM files in directory: out",
    ):
        assert line in text, f"not told: {line}"
    assert [path.name for path in (FOLDER / "out").iterdir()] == ["packer-node"]


def full_disk():
    """The image does not fit: a file system of its own that is too small."""
    script = f"mkdir -p {FOLDER}/out && mount -t tmpfs -o size=64m none {FOLDER}/out && exec \"$@\""
    prefix = ["unshare", "--mount", "sh", "-c", script, "sh"]
    shutil.rmtree(FOLDER / "out")
    full = FOLDER / "node-full.pkr.hcl"
    text = (TEMPLATES / "node.pkr.hcl").read_text(encoding="utf-8")
    full.write_text(text.replace('"out"', '"out/image"'), encoding="utf-8")
    said = build(full, image=IMAGE, succeeds=False, prefix=prefix)
    assert "No space left on device" in said and "Deleting output directory..." in said
    (FOLDER / "out").rmdir()


def rebuilds():
    changed = {"image": IMAGE, "last": "echo changed >/last"}
    # A failing step runs on the machine as the one before left it, and so does its correction.
    text = build("node.pkr.hcl", image=IMAGE, last="exit 7", succeeds=False)
    assert "Step 2 of 3 (file): cached" in text and "Deleting output directory..." in text
    assert not (FOLDER / "out").exists()
    text = build("node.pkr.hcl", **changed)
    assert "Step 2 of 3 (file): cached" in text and "Step 3 of 3 (shell): changed: inline[0]" in text
    assert "Waking the machine" in text and "Waiting 10s for boot" not in text
    text = build("node.pkr.hcl", succeeds=False, **changed)
    assert "output directory out exists already" in text
    text = build("node.pkr.hcl", "-force", **changed)
    assert "Deleting previous output directory..." in text and "Step 3 of 3 (shell): cached" in text


def killed_build():
    """QEMU ends with kiln, and sweep removes what else is left."""
    (FOLDER / "out").rename(FOLDER / "kept")
    with subprocess.Popen(
        kiln_command("node.pkr.hcl", image=IMAGE, last="sleep 600"),
        cwd=FOLDER, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as kiln:  # fmt: skip
        while True:
            line = kiln.stdout.readline()
            assert line, "kiln ended by itself"
            if "Provisioning with shell script" in line:
                break
        assert processes_naming(f"{TEMPORARY}/kiln-vm-"), "there is no QEMU"
        kiln.kill()
    deadline = time.monotonic() + 60
    while processes_naming(f"{TEMPORARY}/kiln-vm-"):
        assert time.monotonic() < deadline, "QEMU runs on"
        time.sleep(0.1)
    assert (FOLDER / "out").exists() and list(TEMPORARY.glob("kiln-vm-*"))
    run = subprocess.run([KILN, "sweep"], env=environment(), capture_output=True, text=True, check=False)
    print(run.stdout, run.stderr, flush=True)
    assert run.returncode == 0 and "process" in run.stdout + run.stderr
    assert not (FOLDER / "out").exists() and not list(TEMPORARY.iterdir())
    assert not list((FOLDER / "cache/kiln/layers").glob("*.partial"))


class Ranges(http.server.SimpleHTTPRequestHandler):
    """Serves from the byte that is asked for."""

    asked = []

    def do_GET(self):
        wanted = self.headers.get("Range")
        if not wanted:
            return super().do_GET()
        Ranges.asked.append(wanted)
        data = pathlib.Path(self.translate_path(self.path)).read_bytes()
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        self.send_response(206)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start:])
        return None

    def log_message(self, *_):
        pass


def boots_again():
    served = FOLDER / "served"
    shutil.rmtree(served, ignore_errors=True)
    served.mkdir()
    (FOLDER / "kept/packer-node").rename(served / "node.qcow2")
    image = (served / "node.qcow2").read_bytes()
    digest = hashlib.sha256(image).hexdigest()
    (served / "SHA256SUMS").write_text(f"{digest}  node.qcow2\n", encoding="utf-8")
    # What a download that was interrupted has left.
    partial = FOLDER / "cache/kiln/isos" / (hashlib.sha1(digest.encode()).hexdigest() + ".iso.partial")
    partial.parent.mkdir(exist_ok=True)
    partial.write_bytes(image[: 1 << 20])

    def handler(*words):
        return Ranges(*words, directory=served)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = build("again.pkr.hcl", server=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert Ranges.asked == [f"bytes={1 << 20}-"], Ranges.asked
    assert "Halting the virtual machine..." in text and "its power is cut" not in text
    assert sorted(path.name for path in (FOLDER / "again").iterdir()) == ["again.raw", "again.raw-1"]
    assert (FOLDER / "again/again.raw").stat().st_size == 3200 << 20
    assert (FOLDER / "again/again.raw-1").read_bytes()[:4] == b"kept"


def from_an_iso():
    """A CD that is started, keys that are typed and a floppy disk that is read, as the machine wrote them down."""
    made = FOLDER / "made"
    (made / "cd").mkdir(parents=True)
    for command in (
        ["as", "--32", "-o", made / "installer.o", TEMPLATES / "installer.S"],
        ["ld", "-m", "elf_i386", "-Ttext", "0x7c00", "--oformat", "binary", "-o", made / "cd/boot.bin",
         made / "installer.o"],
        ["xorriso", "-as", "mkisofs", "-quiet", "-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "4",
         "-o", made / "installer.iso", made / "cd"],
    ):  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
    checksum = "sha256:" + hashlib.sha256((made / "installer.iso").read_bytes()).hexdigest()
    text = build("iso.pkr.hcl", iso=made / "installer.iso", checksum=checksum)
    for line in ("Typing boot command for: the greeting", "Typing boot command for: the name",
                 "for the virtual machine to shut itself down"):  # fmt: skip
        assert line in text, f"not told: {line}"
    disk = (FOLDER / "iso/packer-iso").read_bytes()
    assert len(disk) == 64 << 20, len(disk)
    typed = disk[:512].rstrip(b"\0")
    # F2 and Delete have scan codes only. Digits, as QEMU turns letters that come with shift back by caps lock.
    assert typed == b'Hello, World! ~|{}"\xbc !@#\xd3 packer-iso', typed
    assert b"answers for packer-iso" in disk[512 : 37 * 512], "the floppy disk was not read"


def other_paths():
    """What node.pkr.hcl does not have, in one boot."""
    given = FOLDER / "given"
    (given / "folder").mkdir(parents=True)
    (given / "one").write_text("first\n", encoding="utf-8")
    (given / "folder/two").write_text("second\n", encoding="utf-8")
    text = build("paths.pkr.hcl", image=IMAGE)
    assert "Creating floppy disk..." in text and "Creating CD disk..." in text
    assert "changed=2" in text and "failed=0" in text and "Failed: 0, Skipped: 0" in text
    assert not processes_naming("kiln-vm-")
    assert not [path for path in pathlib.Path("/proc").glob("[0-9]*/exe") if is_swtpm(path)], "swtpm runs on"
    assert sorted(path.name for path in (FOLDER / "paths").iterdir()) == ["efivars.fd", "packer-paths"]
    variables = (FOLDER / "paths/efivars.fd").read_bytes()
    assert variables != pathlib.Path("/usr/share/OVMF/OVMF_VARS.fd").read_bytes(), "UEFI has written nothing"
    info = json.loads(subprocess.check_output(
        ["qemu-img", "info", "--output=json", FOLDER / "paths/packer-paths"]))  # fmt: skip
    assert info["backing-filename"] == str(IMAGE), info
    assert info["actual-size"] < 300 << 20, "it is not a difference"


def is_swtpm(exe):
    try:
        return os.readlink(exe).endswith("/swtpm") and str(FOLDER) in (exe.parent / "cmdline").read_text()
    except OSError:
        return False


def main():
    if os.geteuid() != 0:
        print("a full file system and the guest's image take root")
        sys.exit(77)
    shutil.rmtree(FOLDER, ignore_errors=True)
    TEMPORARY.mkdir(parents=True)
    bad_input()
    first_build()
    full_disk()
    rebuilds()
    killed_build()
    boots_again()
    from_an_iso()
    other_paths()
    shutil.rmtree(FOLDER)


main()
