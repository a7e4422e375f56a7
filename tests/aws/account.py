"""Images and snapshots of the emulated account, made without a build."""

import world as worlds

QUICK = {"image": 0, "copy": 0, "snapshot": 0}


def quick(world):
    """No state takes time: for tests that are about something else."""
    world.control("settings", QUICK)


def tag_list(tags):
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]


def add_snapshot(world, region=worlds.REGION, description="", tags=None, gib=8):
    ec2 = world.client("ec2", region)
    volume = ec2.create_volume(AvailabilityZone=region + "a", Size=gib)["VolumeId"]
    name = ec2.create_snapshot(VolumeId=volume, Description=description)["SnapshotId"]
    ec2.delete_volume(VolumeId=volume)
    if tags:
        ec2.create_tags(Resources=[name], Tags=tag_list(tags))
    return name


def add_image(world, name, region=worlds.REGION, snapshots=None, tags=None, created=None, arch="x86_64"):
    """(id, snapshots) of a new image, of snapshots that say nothing of it unless some are given."""
    ec2 = world.client("ec2", region)
    snapshots = snapshots or [add_snapshot(world, region, "no use")]
    devices = [{"DeviceName": f"/dev/sd{'abcdefgh'[i]}", "Ebs": {"SnapshotId": snapshot}}
               for i, snapshot in enumerate(snapshots)]
    image = ec2.register_image(Name=name, Architecture=arch, RootDeviceName="/dev/sda", VirtualizationType="hvm",
                               BlockDeviceMappings=devices)["ImageId"]
    if tags:
        ec2.create_tags(Resources=[image, *snapshots], Tags=tag_list(tags))
    if created:
        set_facts(world, image, region, creation_date=created + "T00:00:00+00:00")
    return image, snapshots


def copy_image(world, image, source, region, name):
    """(id, snapshots) of a copy in another region."""
    ec2 = world.client("ec2", region)
    copy = ec2.copy_image(Name=name, SourceImageId=image, SourceRegion=source)["ImageId"]
    return copy, snapshots_of(world, copy, region)


def set_facts(world, image, region=worlds.REGION, **facts):
    world.control("image-facts", {"region": region, "id": image, "facts": facts})


def snapshots_of(world, image, region=worlds.REGION):
    devices = world.control("image", region=region, id=image)["devices"]
    return [device["Ebs"]["SnapshotId"] for device in devices]


def images(world):
    """{(region, id)} of what is there."""
    return {(region, name) for region, kinds in world.inventory().items() for name in kinds.get("images", {})}


def snapshots(world):
    return {(region, name) for region, kinds in world.inventory().items() for name in kinds.get("snapshots", {})}
