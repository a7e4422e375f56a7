"""Images and snapshots as EC2 has them: made of volumes, named once, pending for a while."""

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.amis import Ami
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ec2.responses.amis import AmisResponse
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.ec2.utils import random_ami_id

from . import blocks
from .settling import Settling, delayed

UNAVAILABLE = "InvalidAMIID.Unavailable"


def _tags(response, kind):
    tags = {}
    for specification in response._get_param("TagSpecifications", []):
        if specification["ResourceType"] == kind:
            tags |= {tag["Key"]: tag.get("Value", "") for tag in specification["Tags"]}
    return tags


def _refuse_name(backend, name):
    for ami in backend.amis.values():
        if ami.name == name and ami.owner_id == backend.account_id:
            raise EC2ClientError("InvalidAMIName.Duplicate", f"AMI name {name} is already in use by AMI {ami.id}")


def _new(backend, name, description, **kwargs):
    """An image without devices; moto makes it a snapshot of its own, which goes."""
    ami = Ami(backend, random_ami_id(), name=name, description=description, **kwargs)
    backend.snapshots.pop(ami.ebs_snapshot.id)
    ami.devices = []
    ami.root_device_type = "ebs"
    ami.ena_support = True
    ami.platform_details = "Linux/UNIX"
    backend.amis[ami.id] = ami
    return ami


def _snapshot(backend, ami, volume_id, description, tags):
    snapshot = backend.create_snapshot(volume_id, description, from_ami=ami.id)
    snapshot.settling = Settling("pending", "snapshot")
    snapshot.add_tags(tags)
    ami.ebs_snapshot = snapshot
    return snapshot


def _device(name, snapshot, volume, delete_on_termination):
    return {"DeviceName": name, "Ebs": {
        "SnapshotId": snapshot.id, "VolumeSize": volume.size, "VolumeType": volume.volume_type,
        "DeleteOnTermination": delete_on_termination, "Encrypted": snapshot.encrypted}}


def _create_image(self):
    backend = self.ec2_backend
    name = self._get_param("Name")
    instance = backend.get_instance(self._get_param("InstanceId"))
    if instance.instance_state.name not in ("running", "stopped"):
        raise EC2ClientError("IncorrectState", f"Instance is not in state 'running' or 'stopped': {instance.id}")
    _refuse_name(backend, name)
    ami = _new(backend, name, self._get_param("Description", ""), instance=instance,
               root_device_name=instance.root_device_name)
    source = backend.amis.get(instance.image_id)
    ami.source_image_id = instance.image_id
    ami.source_image_region = backend.region_name
    ami.boot_mode = source.boot_mode if source else None
    wanted = {device["DeviceName"]: device for device in self._get_param("BlockDeviceMappings", [])}
    text = f"Created by CreateImage({instance.id}) for {ami.id}"
    for device_name, attached in instance.get_block_device_mapping:
        changes = wanted.pop(device_name, {})
        if changes.get("NoDevice") is not None:
            continue
        volume = backend.get_volume(attached.volume_id)
        snapshot = _snapshot(backend, ami, volume.id, text, _tags(self, "snapshot"))
        deleted = changes.get("Ebs", {}).get("DeleteOnTermination", attached.delete_on_termination)
        ami.devices.append(_device(device_name, snapshot, volume, deleted))
    ami.devices += [device for device in wanted.values() if "NoDevice" not in device]
    ami.settling = Settling("pending", "image")
    ami.add_tags(_tags(self, "image"))
    return ActionResult({"ImageId": ami.id})


def _bad_mapping(text):
    return EC2ClientError("InvalidBlockDeviceMapping", text)


def _check_volume(backend, name, ebs):
    """What EC2 refuses in a mapping of RegisterImage."""
    wanted = ebs.get("SnapshotId")
    if wanted and wanted not in backend.snapshots:
        raise EC2ClientError("InvalidSnapshot.NotFound", f"The snapshot '{wanted}' does not exist.")
    if wanted and backend.snapshots[wanted].status != "completed":
        raise EC2ClientError("IncorrectState", f"The snapshot '{wanted}' is not completed.")
    size = int(ebs.get("VolumeSize", 0))
    if not wanted and not size:
        raise EC2ClientError("MissingParameter", f"The request must contain the size of {name} or a snapshotId")
    if wanted and size and size < backend.snapshots[wanted].volume_size:
        raise _bad_mapping(f"Volume of size {size}GB is smaller than snapshot '{wanted}', "
                           f"expect size >= {backend.snapshots[wanted].volume_size}GB")
    if "KmsKeyId" in ebs:
        raise EC2ClientError("InvalidParameter", "KmsKeyId is not supported in RegisterImage")
    if wanted and "Encrypted" in ebs:
        raise EC2ClientError("InvalidParameter", f"the encrypted flag cannot be specified since device {name} has a "
                             "snapshot specified.")
    kind = ebs.get("VolumeType", "gp2")
    if "Iops" in ebs and kind not in ("gp3", "io1", "io2"):
        raise EC2ClientError("InvalidParameterCombination", f"The parameter iops is not supported for {kind} volumes.")
    if "Iops" not in ebs and kind in ("io1", "io2"):
        raise EC2ClientError("MissingParameter", f"The request must contain the parameter iops for {kind}")
    if "Throughput" in ebs and kind != "gp3":
        raise EC2ClientError("InvalidParameterDependency", f"Throughput is not supported for {kind} volumes.")


def _check_mappings(backend, devices, root):
    names = [device["DeviceName"] for device in devices]
    for name in names:
        letters = [one.replace("/dev/xvd", "/dev/sd").rstrip("0123456789") for one in names]
        if letters.count(name.replace("/dev/xvd", "/dev/sd").rstrip("0123456789")) > 1:
            raise _bad_mapping(f"The device '{name}' is used in more than one block-device mapping")
    for device in devices:
        if "VirtualName" not in device and "NoDevice" not in device:
            _check_volume(backend, device["DeviceName"], device.get("Ebs", {}))
    if not any(device["DeviceName"] == root and device.get("Ebs", {}).get("SnapshotId") for device in devices):
        raise _bad_mapping(f"The root device {root} has no snapshot")


def _register_image(self):
    backend = self.ec2_backend
    name = self._get_param("Name")
    if not 3 <= len(name) <= 128:
        raise EC2ClientError("InvalidAMIName.Malformed", "AMI names must be between 3 and 128 characters long")
    _refuse_name(backend, name)
    devices = self._get_param("BlockDeviceMappings", [])
    _check_mappings(backend, devices, self._get_param("RootDeviceName"))
    if self._get_param("TpmSupport") and self._get_param("BootMode") != "uefi":
        raise EC2ClientError("InvalidParameterCombination", "TpmSupport needs the boot mode uefi")
    if any(one["ResourceType"] != "image" for one in self._get_param("TagSpecifications", [])):
        raise EC2ClientError("InvalidParameterValue", "only images can be tagged here")
    ami = _new(backend, name, self._get_param("Description", ""),
               architecture=self._get_param("Architecture", "i386"),
               virtualization_type=self._get_param("VirtualizationType", "paravirtual"),
               root_device_name=self._get_param("RootDeviceName"))
    for device in devices:
        snapshot = backend.snapshots.get(device.get("Ebs", {}).get("SnapshotId"))
        if snapshot:
            snapshot.from_ami = ami.id
            device["Ebs"].setdefault("VolumeSize", snapshot.volume_size)
            ami.ebs_snapshot = snapshot
    ami.devices = devices
    ami.boot_mode = self._get_param("BootMode")
    ami.ena_support = self._get_param("EnaSupport", False)
    ami.imds_support = self._get_param("ImdsSupport")
    ami.tpm_support = self._get_param("TpmSupport")
    ami.uefi_data = self._get_param("UefiData")
    ami.sriov_net_support = self._get_param("SriovNetSupport")
    ami.settling = Settling("pending", "image")
    ami.add_tags(_tags(self, "image"))
    return ActionResult({"ImageId": ami.id})


def _copy_image(self):
    from moto.ec2.models import ec2_backends
    backend = self.ec2_backend
    region = self._get_param("SourceRegion")
    name = self._get_param("Name")
    source = ec2_backends[self.current_account][region].describe_images([self._get_param("SourceImageId")])[0]
    if source.state != "available":
        raise EC2ClientError(UNAVAILABLE, f"The AMI ID '{source.id}' is not available")
    _refuse_name(backend, name)
    encrypted = self._get_param("Encrypted")
    ami = _new(backend, name, self._get_param("Description") or source.description, source_ami=source,
               root_device_name=source.root_device_name, boot_mode=source.boot_mode)
    ami.source_image_id = source.id
    ami.source_image_region = region
    text = f"Copied for DestinationAmi {ami.id} from SourceAmi {source.id}"
    for device in source.devices:
        ebs = device["Ebs"]
        volume = backend.create_volume(size=ebs["VolumeSize"], zone_name=backend.region_name + "a",
                                       encrypted=bool(encrypted or ebs.get("Encrypted")),
                                       volume_type=ebs.get("VolumeType"))
        snapshot = _snapshot(backend, ami, volume.id, text, _tags(self, "snapshot"))
        blocks.note_copy((backend.region_name, snapshot.id), (region, ebs.get("SnapshotId")))
        snapshot.kms_key_id = self._get_param("KmsKeyId")
        backend.delete_volume(volume.id)
        ami.devices.append(_device(device["DeviceName"], snapshot, volume, ebs.get("DeleteOnTermination", True)))
    ami.settling = Settling("pending", "copy")
    if self._get_param("CopyImageTags"):
        ami.add_tags({tag["key"]: tag["value"] for tag in source.get_tags()})
    ami.add_tags(_tags(self, "image"))
    return ActionResult({"ImageId": ami.id})


def _deregister_image(self):
    backend = self.ec2_backend
    ami = backend.amis.get(self._get_param("ImageId"))
    if ami and getattr(ami, "deregistration_protection", None) == "enabled":
        raise EC2ClientError("OperationNotPermitted", f"The image '{ami.id}' is protected from deregistration.")
    backend.deregister_image(self._get_param("ImageId"))
    results = []
    if self._get_param("DeleteAssociatedSnapshots"):
        for device in ami.devices:
            backend.delete_snapshot(device["Ebs"]["SnapshotId"])
            results.append({"SnapshotId": device["Ebs"]["SnapshotId"], "ReturnCode": "success"})
    return ActionResult({"Return": True, "DeleteSnapshotResults": results})


def _available(response):
    ami = response.ec2_backend.describe_images([response._get_param("ImageId")])[0]
    if ami.state != "available":
        raise EC2ClientError(UNAVAILABLE, f"The AMI ID '{ami.id}' is not available")
    return ami


def _modify_image_attribute(original):
    def modify(self):
        ami = _available(self)
        for parameter, attribute in (("Description", "description"), ("ImdsSupport", "imds_support")):
            value = self._get_param(parameter)
            if value is not None:
                setattr(ami, attribute, value["Value"] if isinstance(value, dict) else value)
        ami.product_codes |= set(self._get_param("ProductCodes", []))
        return original(self)
    return modify


def _describe_image_attribute(original):
    def describe(self):
        if self._get_param("Attribute") != "uefiData":
            return original(self)
        ami = self.ec2_backend.describe_images([self._get_param("ImageId")])[0]
        return ActionResult({"ImageId": ami.id, "UefiData": {"Value": getattr(ami, "uefi_data", None)}})
    return describe


def _enable_image_deprecation(self):
    # EC2 tells it as a text, by the minute.
    _available(self).deprecation_time = self._get_param("DeprecateAt").strftime("%Y-%m-%dT%H:%M:00.000Z")
    return ActionResult({"Return": True})


def _enable_protection(self):
    _available(self).deregistration_protection = "enabled"
    return ActionResult({"Return": "enabled"})


def _describe_snapshots(original):
    def describe(self):
        owners = self._get_param("OwnerIds", [])
        result = original(self)
        if owners:
            owners = [self.current_account if owner == "self" else owner for owner in owners]
            snapshots = [s for s in result.result["Snapshots"] if s.owner_id in owners]
            return ActionResult({"Snapshots": snapshots})
        return result
    return describe


def _create_snapshot(original):
    def create(self):
        result = original(self)
        result.result.settling = Settling("pending", "snapshot")
        return result
    return create


def _filter_value(original):
    def value(self, name, method=None):
        if name == "block-device-mapping.snapshot-id":
            return [device["Ebs"].get("SnapshotId") for device in self.devices]
        if name == "ena-support":
            return str(getattr(self, "ena_support", True)).lower()
        return original(self, name, method)
    return value


def install():
    Ami.state = delayed("_settled_state")
    Ami.devices = []
    Ami.block_device_mappings = property(lambda self: self.devices)
    Ami.get_filter_value = _filter_value(Ami.get_filter_value)
    Snapshot.status = delayed("_settled_status")
    AmisResponse.create_image = _create_image
    AmisResponse.register_image = _register_image
    AmisResponse.copy_image = _copy_image
    AmisResponse.deregister_image = _deregister_image
    AmisResponse.modify_image_attribute = _modify_image_attribute(AmisResponse.modify_image_attribute)
    AmisResponse.describe_image_attribute = _describe_image_attribute(AmisResponse.describe_image_attribute)
    AmisResponse.enable_image_deprecation = _enable_image_deprecation
    AmisResponse.enable_image_deregistration_protection = _enable_protection
    ElasticBlockStore.describe_snapshots = _describe_snapshots(ElasticBlockStore.describe_snapshots)
    ElasticBlockStore.create_snapshot = _create_snapshot(ElasticBlockStore.create_snapshot)
