"""What the account has, in all regions: what a test compares before and after."""

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

from . import instances, settings


def _tags(resource):
    return {tag["key"]: tag["value"] for tag in resource.get_tags()}


def _region(backend):
    own = settings.ACCOUNT
    groups = [group for vpc in backend.groups.values() for group in vpc.values()]
    kinds = {
        "instances": [i for i in backend.all_instances() if not instances.is_gone(i)],
        "volumes": list(backend.volumes.values()),
        "snapshots": [s for s in backend.snapshots.values() if s.owner_id == own],
        "images": [a for a in backend.amis.values() if a.owner_id == own],
        "key_pairs": list(backend.key_pairs.values()),
        "security_groups": [g for g in groups if g.name != "default"],
        "launch_templates": list(backend.launch_templates.values()),
        "network_interfaces": list(backend.enis.values()),
    }
    return {kind: {resource.id: _tags(resource) for resource in found} for kind, found in kinds.items() if found}


def _iam():
    """What is in no region. Roles that moto makes for services have paths of their own."""
    found = {}
    for backend in iam_backends[settings.ACCOUNT].values():
        for kind, entities in (("roles", backend.roles), ("instance_profiles", backend.instance_profiles)):
            for entity in (entities.values() if isinstance(entities, dict) else entities):
                tags = entity.tags if isinstance(entity.tags, dict) else {}
                found.setdefault(kind, {})[entity.name] = {
                    key: tag["Value"] if isinstance(tag, dict) else tag for key, tag in tags.items()}
    return found


def list_all():
    """{region: {kind: {id: tags}}} without what is empty; what is in no region is in "global"."""
    found = {"global": _iam()} if _iam() else {}
    for region, backend in list(ec2_backends[settings.ACCOUNT].items()):
        kinds = _region(backend)
        if kinds:
            found[region] = kinds
    return found


def find_image(region, image_id):
    """All that the emulator knows of an image."""
    ami = ec2_backends[settings.ACCOUNT][region].amis[image_id]
    return {"name": ami.name, "description": ami.description, "state": ami.state, "devices": ami.devices,
            "source_image_id": getattr(ami, "source_image_id", None), "boot_mode": ami.boot_mode,
            "launch_permissions": ami.launch_permissions, "tags": _tags(ami),
            "architecture": ami.architecture, "virtualization_type": ami.virtualization_type,
            "root_device_name": ami.root_device_name, "ena_support": ami.ena_support,
            "sriov_net_support": getattr(ami, "sriov_net_support", None),
            "imds_support": getattr(ami, "imds_support", None), "tpm_support": getattr(ami, "tpm_support", None),
            "uefi_data": getattr(ami, "uefi_data", None),
            "deprecation_time": str(getattr(ami, "deprecation_time", None)),
            "deregistration_protection": getattr(ami, "deregistration_protection", None)}
