"""A disk that loses what was not flushed when the power goes.

QEMU's driver blklogwrites keeps every write and flush of a machine in the order in which they ended. After
the machine was killed the disk is made anew from that: what came before the last flush is there; of what came
behind it anything may be missing, as with the cache of a real disk.
"""

import json
import struct

# The log is that of dm-log-writes: a sector about the log, then for each entry a sector about it and
# its data. Documentation/admin-guide/device-mapper/log-writes.rst of Linux.
SECTOR = 512
FLUSH = 1
FUA = 2
DISCARD = 4


def arguments(disk, folder, tools):
    """QEMU's, for a machine whose writes go to the log and to a layer over the disk."""
    layer, log = folder / "layer", folder / "log"
    layer.unlink(missing_ok=True)
    log.write_bytes(b"")
    tools.run_tool(
        *("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(disk), str(layer))
    )
    cache = {"direct": False, "no-flush": True}  # the host keeps its power
    node = {
        "driver": "blklogwrites",
        "node-name": "d0",
        "file": {
            "driver": "qcow2",
            "cache": cache,
            "file": {"driver": "file", "filename": str(layer), "cache": cache},
        },
        "log": {"driver": "file", "filename": str(log), "cache": cache},
    }
    return ["-blockdev", json.dumps(node), "-device", "virtio-blk-pci,drive=d0,bootindex=1"]


def entries(log):
    """(flags, offset, data) of each whole entry."""
    at = SECTOR
    while at + SECTOR <= len(log):
        sector, count, flags, _ = struct.unpack_from("<QQQQ", log, at)
        begin = at + SECTOR
        size = 0 if flags & DISCARD else count * SECTOR
        if begin + size > len(log):
            return
        yield flags, sector * SECTOR, log[begin : begin + size]
        at = begin + size


def settle(disk, folder):
    """Makes of the disk what the machine left that has synced and was switched off."""
    with open(disk, "r+b") as file:
        for _, offset, data in entries((folder / "log").read_bytes()):
            file.seek(offset)
            file.write(data)


def cut(disk, folder, random):
    """Makes of the disk what a power cut at the log's end may have left; returns (writes kept for sure, lost)."""
    safe, loose = [], []
    for flags, offset, data in entries((folder / "log").read_bytes()):
        if flags & FLUSH:
            safe += loose
            loose = []
        if data:
            (safe if flags & FUA else loose).append((offset, data))
    share = random.choice([0.0, 0.5, 1.0])
    kept = [one for one in loose if random.random() < share]
    with open(disk, "r+b") as file:
        for offset, data in safe + kept:
            file.seek(offset)
            file.write(data)
    return len(safe), len(loose) - len(kept)
