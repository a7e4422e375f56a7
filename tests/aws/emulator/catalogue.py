"""The images of others that are there from the start, the same in every region."""

import json
import os

DEBIAN = "136693071363"
AMAZON = "137112412989"
CANONICAL = "099720109477"
ROCKY = "792107900819"

ROOT_GIB = 8
DATA_GIB = 1

# id, name, owner, architecture, root device, creation date, whether a data volume comes with it
IMAGES = [
    ("ami-0deb1200000000001", "debian-12-amd64-20260101-1", DEBIAN, "x86_64", "/dev/xvda", "2026-01-01", False),
    ("ami-0deb1200000000002", "debian-12-amd64-20260901-2", DEBIAN, "x86_64", "/dev/xvda", "2026-09-01", False),
    ("ami-0deb1200000000003", "debian-12-arm64-20260901-2", DEBIAN, "arm64", "/dev/xvda", "2026-09-01", False),
    ("ami-0a120230000000001", "al2023-ami-2023.9.20260801.0-kernel-6.1-x86_64", AMAZON, "x86_64", "/dev/xvda",
     "2026-08-01", False),
    ("ami-0a120230000000002", "amazon-eks-node-al2023-x86_64-standard-1.32-v20260815", AMAZON, "x86_64",
     "/dev/xvda", "2026-08-15", False),
    ("ami-0b240400000000001", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260810", CANONICAL,
     "x86_64", "/dev/sda1", "2026-08-10", False),
    ("ami-0deb1300000000001", "debian-13-amd64-20260901-2", DEBIAN, "x86_64", "/dev/xvda", "2026-09-01", False),
    ("ami-0c090000000000001", "Rocky-9-EC2-Base-9.6-20250531.0.x86_64", ROCKY, "x86_64", "/dev/sda1", "2025-05-31", False),
    ("ami-0c090000000000002", "Rocky-9-EC2-Base-9.6-20250531.0.aarch64", ROCKY, "arm64", "/dev/sda1", "2025-05-31", False),
    ("ami-0da7a000000000001", "with-data-volume-20260701", DEBIAN, "x86_64", "/dev/xvda", "2026-07-01", True),
]


def write(path):
    """In moto's form; must be there before moto is imported."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump([{"ami_id": image, "name": name, "owner_id": owner, "architecture": architecture,
                    "root_device_name": root, "root_device_type": "ebs", "creation_date": date + "T00:00:00.000Z",
                    "public": True, "virtualization_type": "hvm", "hypervisor": "xen", "image_type": "machine",
                    "boot_mode": "uefi-preferred", "description": name}
                   for image, name, owner, architecture, root, date, _ in IMAGES], file)
    os.environ["MOTO_AMIS_PATH"] = str(path)


def install():
    """Gives them the devices that moto's form has no words for."""
    from moto.ec2.models.amis import AmiBackend

    original = AmiBackend._load_amis

    def load(self):
        original(self)
        for image, _, owner, _, root, _, has_data in IMAGES:
            ami = self.amis[image]
            ami.ena_support = True
            ami.ebs_snapshot.volume.size = ROOT_GIB
            ami.devices = [_device(root, ami.ebs_snapshot.id, ROOT_GIB, True)]
            if has_data:
                volume = self.create_volume(size=DATA_GIB, zone_name=self.region_name + "a")
                snapshot = self.create_snapshot(volume.id, "data", owner, from_ami=image)
                self.delete_volume(volume.id)
                ami.devices.append(_device("/dev/xvdb", snapshot.id, DATA_GIB, False))

    AmiBackend._load_amis = load


def _device(name, snapshot, size_gib, deleted):
    return {"DeviceName": name, "Ebs": {"SnapshotId": snapshot, "VolumeSize": size_gib, "VolumeType": "gp3",
                                        "DeleteOnTermination": deleted, "Encrypted": False}}
