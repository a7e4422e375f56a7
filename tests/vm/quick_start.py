"""Starting a disk's system in a hurry: without firmware and boot loader, and with hardly a service. Those take
longest under emulation.

The kernel is the disk's own, unpacked by the host, which QEMU starts directly. The kernel's command line is
the one in the first entry of the disk's grub.cfg, and is read as GRUB reads it: the file system's journal is
not looked at.
"""

import lzma
import pathlib
import re
import subprocess

from machine import give_shell, put_files, tools

# In the order in which they need one another.
MODULES = [
    "drivers/virtio/virtio_pci_legacy_dev",
    "drivers/virtio/virtio_pci_modern_dev",
    "drivers/virtio/virtio_ring",
    "drivers/virtio/virtio",
    "drivers/virtio/virtio_pci",
    "drivers/block/virtio_blk",
    "crypto/crc32c_generic",
    "lib/crc16",
    "fs/mbcache",
    "fs/jbd2/jbd2",
    "fs/ext4/ext4",
]
INIT = pathlib.Path(__file__).resolve().parent / "proof/init.cpp"


def read_file(disk, path, to):
    """Copies a file of the root file system to the file `to`; an empty one when it is not there."""
    tools.run_tool("debugfs", "-R", f"dump {path} {to}", f"{disk}?offset={tools.root_offset(disk)}")
    return to.read_bytes()


def first_entry(disk, folder):
    """(kernel, command line) of the first entry of grub.cfg."""
    text = read_file(disk, "/boot/grub/grub.cfg", folder / "grub.cfg").decode(errors="replace")
    found = re.search(r"(?m)^\s*linux\s+(\S+)(.*)$", text)
    assert found, f"grub.cfg has no entry: {text[:2000]}"
    return found[1], found[2].strip()


def unpacked_kernel(packed):
    """The ELF file in a bzImage: an xz stream somewhere behind the code that unpacks it."""
    for found in re.finditer(rb"\xfd7zXZ\x00", packed):
        try:
            kernel = lzma.LZMADecompressor().decompress(packed[found.start() :])
        except lzma.LZMAError:
            continue
        if kernel.startswith(b"\x7fELF"):
            return kernel
    raise AssertionError("the kernel is not packed with xz")


def member(number, name, mode, content):
    """One file of a cpio archive of the form newc."""
    fields = [number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    padded = head + bytes(-len(head) % 4) + content
    return padded + bytes(-len(padded) % 4)


def make_initrd(disk, version, folder):
    program = folder / "init"
    subprocess.run(["c++", "-std=c++20", "-Os", "-static", "-s", INIT, "-o", program], check=True)
    files = [("init", 0o100755, program.read_bytes())]
    files += [(name, 0o040755, b"") for name in ("dev", "root", "modules")]
    for module in MODULES:
        path = f"/lib/modules/{version}/kernel/{module}.ko"
        content = read_file(disk, path, folder / "module")
        if content:
            files.append((f"modules/{len(files):02}", 0o100644, content))
        (folder / "module").unlink()
    files.append(("TRAILER!!!", 0, b""))
    archive = b"".join(member(number, *file) for number, file in enumerate(files))
    (folder / "initrd").write_bytes(archive)


def disk_of(image, folder, files):
    """A copy of the image that can be written to, with a shell and `files` ({path: text}), ready to start."""
    disk = tools.writable_copy(image, folder)
    give_shell(disk, folder)
    put_files(disk, folder, files)
    prepare(disk, folder)
    return disk


def storage(disk):
    """QEMU's words for the disk of a q35 machine."""
    words = ["-drive", f"if=none,id=d0,format=raw,cache=unsafe,file={disk}"]
    return [*words, "-device", "virtio-blk-pci,drive=d0,bus=pcie.0,bootindex=1"]


def prepare(disk, folder):
    """Writes `kernel` and `initrd` to the folder."""
    path, _ = first_entry(disk, folder)
    version = path.rsplit("/vmlinuz-", 1)[1]
    (folder / "kernel").write_bytes(unpacked_kernel(read_file(disk, path, folder / "packed")))
    make_initrd(disk, version, folder)


def files(folder):
    """QEMU's arguments for what `prepare` made."""
    return ["-kernel", str(folder / "kernel"), "-initrd", str(folder / "initrd")]


def arguments(disk, folder):
    """QEMU's arguments; the kernel's command line is read now."""
    path, line = first_entry(disk, folder)
    return [*files(folder), "-append", f"BOOT_IMAGE={path} {line} systemd.unit=kiln-small.target"]
