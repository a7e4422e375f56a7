"""Instances as EC2 has them: a machine behind each, devices of its image, states that take time."""

import base64

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance, InstanceState
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.general import General
from moto.ec2.utils import Base64EncodedString

from . import machines
from .settling import Settling

DEFAULT_GIB = 8


def _launch(original):
    def init(self, ec2_backend, image_id, user_data, security_groups, **kwargs):
        original(self, ec2_backend, image_id, user_data, security_groups, **kwargs)
        for nic in self.nics.values():
            nic.delete_on_termination = True
            nic.add_tags(kwargs.get("tags", {}).get("network-interface", {}))
        key_pair = ec2_backend.key_pairs.get(self.key_name)
        key = key_pair.material_public.decode() if key_pair else ""
        raw = base64.b64decode(str(user_data)) if user_data else b""
        machines.create(self.id, key, raw)
        machines.start(self.id)
        self.settling = Settling(InstanceState("pending", 0), "boot")
    return init


def _power(original, state, name, power):
    def change(self):
        if name == "terminate" and self._state.name == "terminated":  # EC2 says yes again, moto does not
            return self._state
        if self._state.name != {"start": "running", "stop": "stopped", "terminate": "terminated"}[name]:
            self.settling = Settling(InstanceState(*state), "boot" if name == "start" else name)
        previous = original(self)
        power(self.id)
        return previous
    return change


def _state(self):
    settling = getattr(self, "settling", None)
    return self._state if settling is None or settling.is_over() else settling.state


def is_gone(instance):
    return _state(instance).name == "terminated"


def _public(self):
    return machines.address(self.id) if self.nics[0].public_ip else None


def _private(self):
    return machines.address(self.id) or self.nics[0].private_ip_address


def _stop_instances(original):
    def stop(self, instance_ids):
        for instance in self.get_multi_instances_by_id(instance_ids):
            if _state(instance).name not in ("running", "stopping", "stopped"):
                raise EC2ClientError("IncorrectInstanceState", f"The instance '{instance.id}' is not in a state "
                                     "from which it can be stopped.")
        return original(self, instance_ids)
    return stop


def _detach_volume(original):
    """EC2 needs no instance to be named."""
    def detach(self, volume_id, instance_id, device_path):
        attached = self.get_volume(volume_id).attachment
        return original(self, volume_id, instance_id or (attached and attached.instance.id), device_path)
    return detach


def _devices(original):
    """The image's mapping with what the request changes in it, in the form moto launches from."""
    def parse(self):
        wanted = {device["DeviceName"]: device for device in self._get_param("BlockDeviceMappings", [])}
        image = self.ec2_backend.amis.get(self._get_param("ImageId"))
        merged = []
        for device in image.devices if image else []:
            changes = wanted.pop(device["DeviceName"], {})
            merged.append({"DeviceName": device["DeviceName"], "NoDevice": changes.get("NoDevice"),
                           "Ebs": device["Ebs"] | changes.get("Ebs", {})})
        merged += [{"DeviceName": name, "NoDevice": device.get("NoDevice"),
                    "Ebs": {"DeleteOnTermination": True, "VolumeSize": DEFAULT_GIB} | device["Ebs"]}
                   for name, device in wanted.items() if "Ebs" in device]
        for device in merged:
            snapshot = self.ec2_backend.snapshots.get(device["Ebs"].get("SnapshotId"))
            if snapshot and device["Ebs"]["VolumeSize"] < snapshot.volume_size:
                raise EC2ClientError(
                    "InvalidBlockDeviceMapping",
                    f"Volume of size {device['Ebs']['VolumeSize']}GB is smaller than snapshot '{snapshot.id}', "
                    f"expect size >= {snapshot.volume_size}GB")
        return merged
    return parse


def _console_output(self):
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    log = machines.folder(instance.id) / "log"
    text = "Linux version of the emulator\n" + log.read_text(errors="replace")
    from moto.core.responses import ActionResult
    return ActionResult({"InstanceId": instance.id, "Output": Base64EncodedString.from_raw_string(text)})


def _delete_group(original):
    def delete(self, name=None, group_id=None):
        for instance in self.all_instances():
            groups = {group.id for nic in instance.nics.values() for group in nic.group_set}
            if group_id in groups | {group.id for group in instance.security_groups} and not is_gone(instance):
                raise EC2ClientError("DependencyViolation", f"resource {group_id} has a dependent object")
        return original(self, name, group_id)
    return delete


def install():
    Instance.__init__ = _launch(Instance.__init__)
    Instance.start = _power(Instance.start, ("pending", 0), "start", machines.start)
    Instance.stop = _power(Instance.stop, ("stopping", 64), "stop", machines.stop)
    Instance.terminate = _power(Instance.terminate, ("shutting-down", 32), "terminate", machines.stop)
    Instance.instance_state = property(_state)
    Instance.public_ip = Instance.public_ip_address = property(_public)
    Instance.private_ip = Instance.private_ip_address = property(_private)
    InstanceResponse._parse_block_device_mapping = _devices(InstanceResponse._parse_block_device_mapping)
    EC2Backend.detach_volume = _detach_volume(EC2Backend.detach_volume)
    EC2Backend.stop_instances = _stop_instances(EC2Backend.stop_instances)
    EC2Backend.delete_security_group = _delete_group(EC2Backend.delete_security_group)
    General.get_console_output = _console_output
