"""What keeps images and what becomes of removed ones: disabling, the Recycle Bin, locks; facts that a test sets."""

import datetime

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.ec2.responses.amis import AmisResponse
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from . import settings

# region -> days of the retention rule; region -> {id: (thing, entered, leaves)} of either kind
_rules = {}
_images = {}
_snapshots = {}
# (region, snapshot) -> "compliance", "governance"
_locks = {}


# Facts of an image that moto keeps as times; the others are told as they are given.
_TIMES = ("creation_date",)


def reset():
    for kept in (_rules, _images, _snapshots, _locks):
        kept.clear()


def _backend(region):
    return ec2_backends[settings.ACCOUNT][region]


def control(name, given):
    """What a test sets; None when it is no control of this file."""
    region = given.get("region")
    if name == "bin":
        _rules[region] = given["days"]
    elif name == "lock":
        _locks[region, given["id"]] = given["state"]
    elif name == "image-facts":
        ami = _backend(region).amis[given["id"]]
        for key, value in given["facts"].items():
            setattr(ami, key, datetime.datetime.fromisoformat(value) if key in _TIMES else value)
    else:
        return None
    return {}


def _into_bin(bin_of, region, thing):
    if region in _rules:
        now = datetime.datetime.now(datetime.timezone.utc)
        bin_of.setdefault(region, {})[thing.id] = (thing, now, now + datetime.timedelta(days=_rules[region]))


def mapped_by(backend, snapshot_id):
    """Images that have the snapshot among their devices, in any state."""
    return [ami.id for ami in backend.amis.values()
            if any(device.get("Ebs", {}).get("SnapshotId") == snapshot_id for device in ami.devices)]


def _deregister(original):
    def deregister(self):
        backend = self.ec2_backend
        ami = backend.amis.get(self._get_param("ImageId"))
        result = original(self)
        _into_bin(_images, backend.region_name, ami)
        return result
    return deregister


def _delete_snapshot(original):
    def delete(self):
        backend = self.ec2_backend
        name = self._get_param("SnapshotId")
        users = mapped_by(backend, name)
        if users:
            raise EC2ClientError("InvalidSnapshot.InUse", f"The snapshot {name} is currently in use by {users[0]}")
        if (backend.region_name, name) in _locks:
            raise EC2ClientError("SnapshotLocked", f"The snapshot {name} is locked.")
        snapshot = backend.snapshots.get(name)
        result = original(self)
        _into_bin(_snapshots, backend.region_name, snapshot)
        return result
    return delete


def _listed(bin_of, kind):
    def listed(self):
        found = [{kind + "Id": name, "Name": getattr(thing, "name", None), "Description": thing.description,
                  "RecycleBinEnterTime": entered, "RecycleBinExitTime": leaves}
                 for name, (thing, entered, leaves) in bin_of.get(self.ec2_backend.region_name, {}).items()]
        return ActionResult({kind + "s": found})
    return listed


def _restore_image(self):
    backend = self.ec2_backend
    name = self._get_param("ImageId")
    binned = _images.get(backend.region_name, {})
    if name not in binned:
        raise EC2ClientError("InvalidAMIID.NotFound", f"The image id '[{name}]' does not exist in the Recycle Bin")
    ami = binned[name][0]
    for device in ami.devices:
        snapshot = device.get("Ebs", {}).get("SnapshotId")
        if snapshot and snapshot not in backend.snapshots:
            raise EC2ClientError("InvalidSnapshot.NotFound", f"The snapshot '{snapshot}' does not exist.")
    binned.pop(name)
    backend.amis[name] = ami
    backend.deleted_amis.remove(name)
    return ActionResult({"Return": True})


def _restore_snapshot(self):
    backend = self.ec2_backend
    name = self._get_param("SnapshotId")
    binned = _snapshots.get(backend.region_name, {})
    if name not in binned:
        raise EC2ClientError("InvalidSnapshot.NotFound", f"The snapshot '{name}' does not exist.")
    backend.snapshots[name] = binned.pop(name)[0]
    return ActionResult({"SnapshotId": name})


def _locked(self):
    ids = self._get_param("SnapshotIds", [])
    found = [{"SnapshotId": name, "LockState": state, "OwnerId": settings.ACCOUNT}
             for (region, name), state in _locks.items()
             if region == self.ec2_backend.region_name and (not ids or name in ids)]
    return ActionResult({"Snapshots": found})


def _image(response):
    return response.ec2_backend.describe_images([response._get_param("ImageId")])[0]


def _disable(self):
    ami = _image(self)
    if ami.state != "available":
        raise EC2ClientError("InvalidAMIID.Unavailable", f"The AMI ID '{ami.id}' is not available")
    ami.state = "disabled"
    ami.launch_permissions = []
    return ActionResult({"Return": True})


def _enable(self):
    ami = _image(self)
    if ami.state != "disabled":
        raise EC2ClientError("IncorrectState", f"The AMI '{ami.id}' is not disabled")
    ami.state = "available"
    return ActionResult({"Return": True})


def _no_deprecation(self):
    _image(self).deprecation_time = None
    return ActionResult({"Return": True})


def _describe_images(original):
    def describe(self):
        result = original(self)
        if str(self._get_param("IncludeDisabled")).lower() == "true" or self._get_param("ImageIds", []):
            return result
        return ActionResult({"Images": [ami for ami in result.result["Images"] if ami.state != "disabled"]})
    return describe


def install():
    AmisResponse.deregister_image = _deregister(AmisResponse.deregister_image)
    AmisResponse.describe_images = _describe_images(AmisResponse.describe_images)
    AmisResponse.disable_image = _disable
    AmisResponse.enable_image = _enable
    AmisResponse.disable_image_deprecation = _no_deprecation
    AmisResponse.list_images_in_recycle_bin = _listed(_images, "Image")
    AmisResponse.restore_image_from_recycle_bin = _restore_image
    ElasticBlockStore.delete_snapshot = _delete_snapshot(ElasticBlockStore.delete_snapshot)
    ElasticBlockStore.describe_locked_snapshots = _locked
    ElasticBlockStore.list_snapshots_in_recycle_bin = _listed(_snapshots, "Snapshot")
    ElasticBlockStore.restore_snapshot_from_recycle_bin = _restore_snapshot
