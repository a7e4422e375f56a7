"""EBS direct as Amazon has it, in the place of moto's: every promise of a put is checked.

A snapshot is its parent's blocks with those that were put; it is complete a while after it was sealed,
and can be read from then on. Of content that is there several times one copy is kept. Snapshots are related
that have blocks of one lineage: a parent and its children, and the copies of these in one region.
"""

import base64
import datetime
import hashlib
import json
import re
import threading

from . import answers, settings
from .settling import Settling

BLOCK = 524288
_PATHS = (
    ("StartSnapshot", "POST", r"/snapshots"),
    ("CompleteSnapshot", "POST", r"/snapshots/completion/(?P<id>[^/]+)"),
    ("PutSnapshotBlock", "PUT", r"/snapshots/(?P<id>[^/]+)/blocks/(?P<index>\d+)"),
    ("GetSnapshotBlock", "GET", r"/snapshots/(?P<id>[^/]+)/blocks/(?P<index>\d+)"),
    ("ListSnapshotBlocks", "GET", r"/snapshots/(?P<id>[^/]+)/blocks"),
    ("ListChangedBlocks", "GET", r"/snapshots/(?P<id>[^/]+)/changedblocks"),
)


# (region, snapshot) -> (region, snapshot) of which CopyImage has made it.
_copies = {}


def note_copy(copy, source):
    _copies[copy] = source


def parse(method, path):
    """(action, {"id": ..., "index": ...}) of a request, or ("", {})."""
    for action, wanted, pattern in _PATHS:
        found = re.fullmatch(pattern, path)
        if found and method == wanted:
            return action, found.groupdict()
    return "", {}


class _Refused(Exception):
    def __init__(self, status, code, message, reason=None):
        self.answer = (status, code, message, reason)


def _invalid(message, reason="INVALID_PARAMETER_VALUE"):
    return _Refused(400, "ValidationException", message, reason)


class _Open(Settling):
    """A snapshot that takes blocks: pending until it is sealed, and for a while after."""

    def __init__(self):
        self.state = "pending"
        self.sealed = None

    def is_over(self):
        return self.sealed is not None and self.sealed.is_over()


class _Blocks:
    def __init__(self, snapshot, volume_gib, parent):
        self.ec2 = snapshot
        self.volume_gib = volume_gib
        self.digests = dict(parent.digests) if parent else {}
        self.put = {}
        self.parent = parent.ec2.id if parent else None
        self.lineage = parent.lineage if parent else snapshot.id


def _checksum(digest):
    return base64.b64encode(digest).decode()


def _token(blocks, index):
    return _checksum(hashlib.sha256(f"{blocks.ec2.id} {index}".encode()).digest()) + "+/="


class BlockStore:
    def __init__(self):
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        self._snapshots = {}
        self._contents = {}
        self._tokens = {}
        _copies.clear()

    def give(self, given):
        """Blocks for a snapshot of a volume: {index: text}. Those of one lineage are related."""
        from moto.ec2.models import ec2_backends
        snapshot = ec2_backends[settings.ACCOUNT][given["region"]].snapshots[given["id"]]
        blocks = _Blocks(snapshot, snapshot.volume_size, None)
        blocks.lineage = given.get("lineage", snapshot.id)
        for index, text in given["blocks"].items():
            blocks.digests[int(index)] = hashlib.sha256(text.encode()).digest()
        self._snapshots[given["region"], snapshot.id] = blocks
        # As EC2 tells it, by the block.
        snapshot.full_snapshot_size_in_bytes = len(blocks.digests) * BLOCK
        if "started" in given:
            snapshot.start_time = datetime.datetime.fromisoformat(given["started"])
        if "tier" in given:
            snapshot.storage_tier = given["tier"]
        return {}

    def _known(self, region, snapshot_id):
        from moto.ec2.models import ec2_backends
        blocks = self._snapshots.get((region, snapshot_id))
        source = _copies.get((region, snapshot_id))
        if blocks is None and source is not None:
            original = self._known(*source)
            snapshot = ec2_backends[settings.ACCOUNT][region].snapshots.get(snapshot_id)
            if original is not None and snapshot is not None:
                blocks = _Blocks(snapshot, original.volume_gib, None)
                blocks.digests = dict(original.digests)
                blocks.lineage = f"{original.lineage} in {region}"
        return blocks

    def fail_pending(self):
        failed = [blocks.ec2 for blocks in self._snapshots.values() if blocks.ec2.status == "pending"]
        for snapshot in failed:
            snapshot.settling = None
            snapshot.status = "error"
        return [snapshot.id for snapshot in failed]

    def corrupt(self, call):
        """A put that arrives as something else: what is kept, and told, is that."""
        call.body = b"\0garbled\0" + call.body[9:]
        call.garbled = True

    def answer(self, call, environ, query):
        try:
            return getattr(self, "_" + call.action)(call, environ, query)
        except _Refused as refused:
            status, code, message, reason = refused.answer
            answer = answers.error(call, status, code, message)
            if reason:
                answer.body = json.dumps({"__type": code, "message": message, "Reason": reason}).encode()
            return answer

    def _find(self, call):
        from moto.ec2.models import ec2_backends
        backend = ec2_backends[settings.ACCOUNT][call.region]
        blocks = self._known(call.region, call.parameters["id"])
        if blocks is None or blocks.ec2.id not in backend.snapshots:
            raise _Refused(404, "ResourceNotFoundException", "The snapshot does not exist.", "SNAPSHOT_NOT_FOUND")
        return blocks

    def _completed(self, call):
        blocks = self._find(call)
        if blocks.ec2.status != "completed":
            raise _invalid(f"The snapshot '{blocks.ec2.id}' is {blocks.ec2.status}.", "INVALID_SNAPSHOT_ID")
        if getattr(blocks.ec2, "storage_tier", None) == "archive":
            raise _invalid(f"The snapshot '{blocks.ec2.id}' is archived.", "INVALID_SNAPSHOT_ID")
        return blocks

    def _StartSnapshot(self, call, environ, query):
        from moto.ec2.models import ec2_backends
        asked = json.loads(call.body)
        token = (call.region, asked["ClientToken"])
        with self._lock:
            if token in self._tokens:
                before, answer = self._tokens[token]
                if before != asked:
                    raise _Refused(409, "ConflictException", "The token was used with other parameters.")
                return answer
            if not 10 <= asked.get("Timeout", 60) <= 4320 or not 1 <= asked["VolumeSize"] <= 65536:
                raise _invalid("Timeout or VolumeSize is out of range.")
            for tag in asked.get("Tags", []):
                if len(tag["Key"]) > 127 or len(tag["Value"]) > 255 or tag["Key"].startswith("aws:"):
                    raise _invalid(f"tag {tag}", "INVALID_TAG")
            parent = None
            backend = ec2_backends[settings.ACCOUNT][call.region]
            if asked.get("ParentSnapshotId"):
                call.parameters["id"] = asked["ParentSnapshotId"]
                parent = self._completed(call)
                if "Encrypted" in asked or "KmsKeyArn" in asked:
                    raise _invalid("Encrypted and ParentSnapshotId exclude each other.")
                if parent.volume_gib > asked["VolumeSize"]:
                    raise _invalid("The parent is larger.", "INVALID_VOLUME_SIZE")
            elif "KmsKeyArn" in asked and not asked["KmsKeyArn"].startswith("arn:aws:kms:"):
                raise _invalid("KmsKeyArn is no ARN.", "INVALID_CUSTOMER_KEY")
            encrypted = bool(asked.get("Encrypted") or (parent and parent.ec2.encrypted))
            volume = backend.create_volume(size=asked["VolumeSize"], zone_name=call.region + "a", encrypted=encrypted)
            snapshot = backend.create_snapshot(volume.id, asked.get("Description", ""))
            backend.delete_volume(volume.id)
            snapshot.encrypted = encrypted
            snapshot.kms_key_id = asked.get("KmsKeyArn") or (parent.ec2.kms_key_id if parent else None)
            if encrypted and not snapshot.kms_key_id:
                snapshot.kms_key_id = f"arn:aws:kms:{call.region}:{settings.ACCOUNT}:key/of-the-account"
            snapshot.settling = _Open()
            snapshot.add_tags({tag["Key"]: tag["Value"] for tag in asked.get("Tags", [])})
            self._snapshots[call.region, snapshot.id] = _Blocks(snapshot, asked["VolumeSize"], parent)
            call.parameters["id"] = snapshot.id
            told = {"SnapshotId": snapshot.id, "OwnerId": settings.ACCOUNT, "Status": "pending",
                    "VolumeSize": asked["VolumeSize"], "BlockSize": BLOCK}
            if parent:
                told["ParentSnapshotId"] = parent.ec2.id
            answer = answers.as_json(told, 201)
            self._tokens[token] = (asked, answer)
            return answer

    def _PutSnapshotBlock(self, call, environ, query):
        blocks = self._find(call)
        index = int(call.parameters["index"])
        told = environ.get("HTTP_X_AMZ_CHECKSUM", "")
        if environ.get("HTTP_X_AMZ_DATA_LENGTH") != str(BLOCK) or len(call.body) != BLOCK:
            raise _invalid(f"A block has {BLOCK} bytes.", "INVALID_BLOCK")
        if environ.get("HTTP_X_AMZ_CHECKSUM_ALGORITHM") != "SHA256":
            raise _invalid("The algorithm is SHA256.")
        digest = hashlib.sha256(call.body).digest()
        if _checksum(digest) != told and not getattr(call, "garbled", False):
            raise _invalid("The checksum is not that of the block.", "INVALID_BLOCK")
        if index >= blocks.volume_gib * 2048:
            raise _invalid("The block is outside of the volume.", "INVALID_BLOCK")
        with self._lock:
            if blocks.ec2.settling.sealed is not None or blocks.ec2.status != "pending":
                raise _invalid("The snapshot is not pending.", "INVALID_SNAPSHOT_ID")
            self._contents[digest] = call.body
            blocks.put[index] = digest
        answer = answers.as_json({}, 201)
        answer.headers += [("x-amz-Checksum", _checksum(digest)), ("x-amz-Checksum-Algorithm", "SHA256")]
        return answer

    def _CompleteSnapshot(self, call, environ, query):
        blocks = self._find(call)
        with self._lock:
            if blocks.ec2.settling.sealed is not None:
                raise _invalid("The snapshot is not pending.", "INVALID_SNAPSHOT_ID")
            linear = hashlib.sha256(b"".join(digest for _, digest in sorted(blocks.put.items()))).digest()
            aggregate = environ.get("HTTP_X_AMZ_CHECKSUM")
            if environ.get("HTTP_X_AMZ_CHANGEDBLOCKSCOUNT") != str(len(blocks.put)) or (
                    aggregate is not None and aggregate != _checksum(linear)):
                blocks.ec2.settling = None
                blocks.ec2.status = "error"
                raise _invalid("Count or checksum are not those of the blocks.")
            blocks.digests.update(blocks.put)
            blocks.ec2.settling.sealed = Settling("pending", "snapshot")
        return answers.as_json({"Status": "pending"}, 202)

    def _GetSnapshotBlock(self, call, environ, query):
        blocks = self._completed(call)
        index = int(call.parameters["index"])
        if query.get("blockToken") != _token(blocks, index) or index not in blocks.digests:
            raise _invalid("The token is not that of the block.", "INVALID_BLOCK_TOKEN")
        digest = blocks.digests[index]
        return answers.Answer("200 OK", [
            ("Content-Type", "application/octet-stream"), ("x-amz-Data-Length", str(BLOCK)),
            ("x-amz-Checksum", _checksum(digest)), ("x-amz-Checksum-Algorithm", "SHA256")], self._contents[digest])

    def _page(self, items, query, name, told):
        """A few at a time, and an empty page in front, as may happen."""
        if not 100 <= int(query.get("maxResults", 10000)) <= 10000:
            raise _invalid("maxResults is 100 to 10000.")
        begin = int(query.get("pageToken", "-1/").partition("/")[0])
        size = min(int(query.get("maxResults", 10000)), settings.blocks_of_a_page)
        page = items[begin:begin + size] if begin >= 0 else []
        following = begin + size if begin >= 0 else 0
        told |= {name: page, "BlockSize": BLOCK, "ExpiryTime": 2e9}
        if following < len(items):
            told["NextToken"] = f"{following}/+="
        return answers.as_json(told)

    def _ListSnapshotBlocks(self, call, environ, query):
        blocks = self._completed(call)
        return self._page([{"BlockIndex": index, "BlockToken": _token(blocks, index)}
                           for index in sorted(blocks.digests)], query, "Blocks", {"VolumeSize": blocks.volume_gib})

    def _ListChangedBlocks(self, call, environ, query):
        second = self._completed(call)
        first = self._known(call.region, query.get("firstSnapshotId"))
        if first is None or first.ec2.id not in first.ec2.ec2_backend.snapshots or first.ec2.status != "completed":
            raise _Refused(404, "ResourceNotFoundException", "The first snapshot does not exist.", "SNAPSHOT_NOT_FOUND")
        if first.lineage != second.lineage:
            raise _invalid("The snapshots are not related.", "UNRELATED_SNAPSHOTS")
        changed = []
        for index in sorted(set(first.digests) | set(second.digests)):
            if first.digests.get(index) != second.digests.get(index):
                changed.append({"BlockIndex": index} | {
                    name: _token(blocks, index) for name, blocks in
                    (("FirstBlockToken", first), ("SecondBlockToken", second)) if index in blocks.digests})
        return self._page(changed, query, "ChangedBlocks", {"VolumeSize": second.volume_gib})
