"""Disk images for tests of what is published: small, and of random blocks where that does."""

import pathlib
import random
import struct
import subprocess
import zlib

BLOCK = 524288
MIB = 1 << 20


def partitioned(path, size=40 * MIB, boot_code=True):
    """A raw disk with an MBR of one partition without a file system, and code before the table."""
    mbr = bytearray(512)
    if boot_code:
        mbr[0:2] = b"\xeb\x63"
    struct.pack_into("<B3sB3sII", mbr, 446, 0x80, b"\0\0\0", 0x83, b"\0\0\0", 2048, size // 512 - 2048)
    mbr[510:512] = b"\x55\xaa"
    with open(path, "wb") as file:
        file.write(mbr)
        file.truncate(size)
    return pathlib.Path(path)


def fill(path, indexes, seed=1):
    """Random bytes in these blocks of 512 KiB."""
    random_bytes = random.Random(seed)
    with open(path, "r+b") as file:
        for index in indexes:
            file.seek(index * BLOCK)
            file.write(random_bytes.randbytes(BLOCK))


def zero(path, indexes):
    with open(path, "r+b") as file:
        for index in indexes:
            file.seek(index * BLOCK)
            file.write(bytes(BLOCK))


def sum_of(path):
    """A checksum of the whole file."""
    value = 0
    with open(path, "rb") as file:
        while piece := file.read(8 * MIB):
            value = zlib.crc32(piece, value)
    return value


def with_system(path, folder, modules=("ena", "nvme"), machine=0x3e):
    """A raw disk of 24 MiB with boot code and an ext4 that holds a system with one kernel."""
    tree = pathlib.Path(folder)
    files = {"etc/os-release": b"ID=debian\n",
             "usr/bin/sh": b"\x7fELF\2\1\1" + bytes(11) + struct.pack("<H", machine) + bytes(44),
             "usr/lib/modules/6.1.0/modules.dep": b"",
             "usr/lib/modules/6.1.0/modules.builtin": b"kernel/fs/ext4/ext4.ko\n"}
    for module in modules:
        files[f"usr/lib/modules/6.1.0/kernel/drivers/{module}.ko.xz"] = b"module"
    for name, content in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content)
    for name in ("bin", "lib"):
        if not (tree / name).is_symlink():
            (tree / name).symlink_to(f"usr/{name}")
    size = 24 * MIB
    partitioned(path, size)
    root = str(path) + ".ext4"
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", tree, root, f"{(size - MIB) // 1024}k"], check=True)
    with open(path, "r+b") as disk, open(root, "rb") as file:
        disk.seek(MIB)
        disk.write(file.read())
    pathlib.Path(root).unlink()
    return pathlib.Path(path)
