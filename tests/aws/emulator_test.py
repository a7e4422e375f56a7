#!/usr/bin/env python3
"""The emulator does what the tests of kiln rely on; asked with boto3 and ssh."""

import base64
import gzip
import hashlib
import os
import pathlib
import subprocess
import time
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import account
import botocore.exceptions
import checks
from world import REGION, SSH_PORT, World

DEBIAN = "ami-0deb1200000000002"


def refused(code, function, **parameters):
    try:
        function(**parameters)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return
    raise AssertionError(f"{parameters} is not refused with {code}")


def wait(what, patience=30):
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def make_key(world, name):
    path = world.folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
    return path, (path.parent / (name + ".pub")).read_text()


def ssh(world, key, address, command, host_key=None):
    known = world.folder / "known_hosts"
    known.write_text(f"[{address}]:{SSH_PORT} {host_key}\n" if host_key else "")
    strict = "yes" if host_key else "no"
    return subprocess.run(
        ["ssh", "-F", "none", "-i", key, "-o", f"UserKnownHostsFile={known}", "-o", f"StrictHostKeyChecking={strict}",
         "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-p", str(SSH_PORT), address, command],
        capture_output=True, text=True, timeout=30)


def launch(ec2, **more):
    answer = ec2.run_instances(ImageId=DEBIAN, InstanceType="t3.micro", MinCount=1, MaxCount=1, **more)
    return answer["Instances"][0]


def state(ec2, instance_id):
    return instance(ec2, instance_id)["State"]["Name"]


def instance(ec2, instance_id):
    return ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]


FOREVER = 3600


def test_an_instance_boots_lets_in_its_key_pair_and_is_gone_when_stopped(world):
    ec2 = world.client("ec2")
    key, public = make_key(world, "own")
    other_key, _ = make_key(world, "other")
    ec2.import_key_pair(KeyName="own", PublicKeyMaterial=public)
    launched = launch(ec2, KeyName="own", InstanceInitiatedShutdownBehavior="terminate",
                      TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "b"}]},
                                         {"ResourceType": "volume", "Tags": [{"Key": "v", "Value": "w"}]}])
    assert launched["State"]["Name"] == "pending", launched
    wait(lambda: state(ec2, launched["InstanceId"]) == "running")
    running = instance(ec2, launched["InstanceId"])
    assert running["Tags"] == [{"Key": "a", "Value": "b"}], running
    assert [d["DeviceName"] for d in running["BlockDeviceMappings"]] == ["/dev/xvda"], running
    address = running["PublicIpAddress"]
    assert address.startswith("127."), running
    there = ssh(world, key, address, "pwd; echo $HOME; echo hello > made; echo told >&2")
    home = world.control("machines")[0]["home"]
    assert (there.stdout, there.stderr.splitlines()[-1]) == (f"{home}\n{home}\n", "told"), there
    assert (pathlib.Path(home) / "made").read_text() == "hello\n"
    assert ssh(world, other_key, address, "true").returncode == 255
    left = subprocess.Popen(["ssh", "-F", "none", "-i", key, "-o", "StrictHostKeyChecking=no", "-o",
                             "UserKnownHostsFile=/dev/null", "-p", str(SSH_PORT), address, "sleep 600"],
                            stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    world.control("settings", {"stop": FOREVER, "terminate": FOREVER})
    ec2.stop_instances(InstanceIds=[launched["InstanceId"]])
    assert state(ec2, launched["InstanceId"]) == "stopping"
    world.control("settings", {"stop": 0})
    assert left.wait(30) == 255
    assert "refused" in ssh(world, key, address, "true").stderr
    wait(lambda: state(ec2, launched["InstanceId"]) == "stopped")
    ec2.terminate_instances(InstanceIds=[launched["InstanceId"]])
    assert state(ec2, launched["InstanceId"]) == "shutting-down"
    world.control("settings", {"terminate": 0})
    wait(lambda: state(ec2, launched["InstanceId"]) == "terminated")
    assert set(world.inventory()[REGION]) == {"key_pairs"}, world.inventory()


def test_a_key_pair_of_ec2_lets_in_too(world):
    ec2 = world.client("ec2")
    path = world.folder / "made.pem"
    path.write_text(ec2.create_key_pair(KeyName="made", KeyType="ed25519")["KeyMaterial"])
    path.chmod(0o600)
    launched = launch(ec2, KeyName="made")
    address = instance(ec2, launched["InstanceId"])["PublicIpAddress"]
    assert ssh(world, path, address, "echo in").stdout == "in\n"
    refused("InvalidKeyPair.NotFound", lambda: launch(ec2, KeyName="unknown"))


def test_the_host_key_is_that_of_the_user_data(world):
    ec2 = world.client("ec2")
    key, public = make_key(world, "login")
    host, host_public = make_key(world, "host")
    ec2.import_key_pair(KeyName="login", PublicKeyMaterial=public)
    config = "#cloud-config\nssh_deletekeys: true\nssh_keys:\n  ed25519_private: |\n" + "".join(
        f"    {line}\n" for line in host.read_text().splitlines())
    message = MIMEMultipart()
    message.attach(MIMEText("#!/bin/sh\ntrue\n", "x-shellscript"))
    message.attach(MIMEText(config, "cloud-config"))
    whole = message.as_bytes()
    for data in (config.encode(), whole, gzip.compress(whole)):
        launched = launch(ec2, KeyName="login", UserData=data)  # boto3 encodes it
        address = instance(ec2, launched["InstanceId"])["PublicIpAddress"]
        there = ssh(world, key, address, "echo in", " ".join(host_public.split()[:2]))
        assert there.stdout == "in\n", there


def test_an_image_has_the_volumes_of_its_instance_and_its_copy_as_well(world):
    ec2 = world.client("ec2")
    world.control("settings", {"boot": FOREVER, "image": FOREVER})
    launched = launch(ec2, BlockDeviceMappings=[
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 12}},
        {"DeviceName": "/dev/xvdf", "Ebs": {"VolumeSize": 3, "VolumeType": "gp3", "DeleteOnTermination": False}}])
    refused("InvalidBlockDeviceMapping", launch, ec2=ec2,
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 1}}])
    refused("IncorrectState", ec2.create_image, InstanceId=launched["InstanceId"], Name="early")
    world.control("settings", {"boot": 0})
    wait(lambda: state(ec2, launched["InstanceId"]) == "running")
    tags = [{"ResourceType": kind, "Tags": [{"Key": "kind", "Value": kind}]} for kind in ("image", "snapshot")]
    image = ec2.create_image(InstanceId=launched["InstanceId"], Name="mine", TagSpecifications=tags)["ImageId"]

    def described(region=ec2, image_id=image):
        return region.describe_images(ImageIds=[image_id])["Images"][0]

    assert described()["State"] == "pending"
    west = world.client("ec2", "eu-west-1")
    refused("InvalidAMIName.Duplicate", ec2.create_image, InstanceId=launched["InstanceId"], Name="mine")
    refused("InvalidAMIID.Unavailable", west.copy_image, SourceRegion=REGION, SourceImageId=image, Name="mine")
    world.control("settings", {"image": 0})
    wait(lambda: described()["State"] == "available")
    made = described()
    assert made["SourceImageId"] == DEBIAN and made["SourceInstanceId"] == launched["InstanceId"], made
    assert [(d["DeviceName"], d["Ebs"]["VolumeSize"], d["Ebs"]["DeleteOnTermination"])
            for d in made["BlockDeviceMappings"]] == [("/dev/xvda", 12, True), ("/dev/xvdf", 3, False)], made
    snapshots = [d["Ebs"]["SnapshotId"] for d in made["BlockDeviceMappings"]]
    own = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert sorted(s["SnapshotId"] for s in own) == sorted(snapshots), own
    assert all(s["Tags"] == [{"Key": "kind", "Value": "snapshot"}] for s in own), own
    refused("InvalidSnapshot.InUse", ec2.delete_snapshot, SnapshotId=snapshots[0])

    copy = west.copy_image(SourceRegion=REGION, SourceImageId=image, Name="mine", CopyImageTags=True,
                           Encrypted=True)["ImageId"]
    wait(lambda: described(west, copy)["State"] == "available")
    there = described(west, copy)
    assert there["Tags"] == [{"Key": "kind", "Value": "image"}], there
    assert [d["Ebs"]["Encrypted"] for d in there["BlockDeviceMappings"]] == [True, True], there
    ec2.deregister_image(ImageId=image)
    for snapshot in snapshots:
        ec2.delete_snapshot(SnapshotId=snapshot)
    ec2.terminate_instances(InstanceIds=[launched["InstanceId"]])
    wait(lambda: state(ec2, launched["InstanceId"]) == "terminated")
    left = world.inventory()
    assert set(left) == {REGION, "eu-west-1"}, left
    assert set(left[REGION]) == {"volumes"} and len(left[REGION]["volumes"]) == 1, left  # kept on termination
    assert {kind: len(found) for kind, found in left["eu-west-1"].items()} == {"images": 1, "snapshots": 2}, left


def test_what_is_in_use_stays(world):
    ec2 = world.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    launched = launch(ec2, SecurityGroupIds=[group])
    refused("DependencyViolation", ec2.delete_security_group, GroupId=group)
    world.control("settings", {"terminate": FOREVER})
    ec2.terminate_instances(InstanceIds=[launched["InstanceId"]])
    refused("DependencyViolation", ec2.delete_security_group, GroupId=group)
    refused("IncorrectInstanceState", ec2.stop_instances, InstanceIds=[launched["InstanceId"]])
    world.control("settings", {"terminate": 0})
    wait(lambda: state(ec2, launched["InstanceId"]) == "terminated")
    ec2.delete_security_group(GroupId=group)


def test_tokens_and_dry_runs_launch_nothing_twice(world):
    ec2 = world.client("ec2")
    first, second = (launch(ec2, ClientToken="same")["InstanceId"] for _ in range(2))
    assert first == second
    refused("IdempotentParameterMismatch", launch, ec2=ec2, ClientToken="same", EbsOptimized=True)
    refused("DryRunOperation", launch, ec2=ec2, DryRun=True)
    assert len(world.inventory()[REGION]["instances"]) == 1


def test_what_is_removed_may_come_back_and_what_is_locked_stays(world):
    account.quick(world)
    ec2 = world.client("ec2")
    shared, own = account.add_snapshot(world), account.add_snapshot(world)
    first, _ = account.add_image(world, "first", snapshots=[shared, own], created="2026-01-01")
    second, _ = account.add_image(world, "second", snapshots=[shared])
    world.control("bin", {"region": REGION, "days": 7})
    world.control("lock", {"region": REGION, "id": own, "state": "compliance"})
    refused("InvalidSnapshot.InUse", ec2.delete_snapshot, SnapshotId=own)
    ec2.deregister_image(ImageId=first)
    refused("InvalidSnapshot.InUse", ec2.delete_snapshot, SnapshotId=shared)
    refused("SnapshotLocked", ec2.delete_snapshot, SnapshotId=own)
    ec2.deregister_image(ImageId=second)
    ec2.delete_snapshot(SnapshotId=shared)
    assert {one["ImageId"] for one in ec2.list_images_in_recycle_bin()["Images"]} == {first, second}
    refused("InvalidSnapshot.NotFound", ec2.restore_image_from_recycle_bin, ImageId=second)
    ec2.restore_snapshot_from_recycle_bin(SnapshotId=shared)
    ec2.restore_image_from_recycle_bin(ImageId=second)
    assert account.images(world) == {(REGION, second)}


def test_a_disabled_image_is_shown_to_who_asks(world):
    account.quick(world)
    ec2 = world.client("ec2")
    image, _ = account.add_image(world, "first")
    ec2.disable_image(ImageId=image)
    assert ec2.describe_images(Owners=["self"])["Images"] == []
    (shown,) = ec2.describe_images(Owners=["self"], IncludeDisabled=True)["Images"]
    assert shown["State"] == "disabled", shown
    ec2.enable_image(ImageId=image)
    assert len(ec2.describe_images(Owners=["self"])["Images"]) == 1


def test_signatures_are_checked(world):
    refused("AuthFailure", world.client("ec2", aws_access_key_id="AKIDOTHER").describe_vpcs)
    wrong = world.client("ec2", aws_secret_access_key="wrong")
    refused("SignatureDoesNotMatch", wrong.describe_vpcs)
    world.client("ssm").put_parameter(Name="/a/b", Value="c", Type="String")
    assert world.client("ssm").get_parameter(Name="/a/b")["Parameter"]["Value"] == "c"
    assert world.client("sts").get_caller_identity()["Account"] == "123456789012"
    refused("SignatureDoesNotMatch", world.client("ssm", aws_secret_access_key="wrong").describe_parameters)


def test_faults_strike_the_calls_they_name(world):
    ec2 = world.client("ec2")
    world.fault("error", "DescribeVpcs", nth=2, times=2, code="RequestLimitExceeded")
    ec2.describe_vpcs()
    refused("RequestLimitExceeded", ec2.describe_vpcs)
    refused("RequestLimitExceeded", ec2.describe_vpcs)
    ec2.describe_vpcs()
    world.fault("lost", "ImportKeyPair")
    _, public = make_key(world, "lost")
    try:
        ec2.import_key_pair(KeyName="lost", PublicKeyMaterial=public)
        raise AssertionError("the answer is not lost")
    except botocore.exceptions.HTTPClientError:
        pass
    assert [pair["KeyName"] for pair in ec2.describe_key_pairs()["KeyPairs"]] == ["lost"]
    statuses = [(call["status"], call["error"], call["fault"]) for call in world.calls("DescribeVpcs", "ImportKeyPair")]
    throttled = (503, "RequestLimitExceeded", "error")
    assert statuses == [(200, None, None), throttled, throttled, (200, None, None), (200, None, "lost")], statuses
    assert world.calls("ImportKeyPair")[0]["parameters"]["KeyName"] == "lost"


def test_a_snapshot_is_its_blocks_and_its_parents(world):
    world.control("settings", {"snapshot": 0})
    ebs = world.client("ebs")
    ec2 = world.client("ec2")

    def block(letter):
        return letter * 524288

    def put(snapshot, index, bytes_, **more):
        told = base64.b64encode(hashlib.sha256(bytes_).digest()).decode()
        return ebs.put_snapshot_block(**{
            "SnapshotId": snapshot, "BlockIndex": index, "BlockData": bytes_, "DataLength": len(bytes_),
            "Checksum": told, "ChecksumAlgorithm": "SHA256"} | more)

    def listed(snapshot):
        found, token = {}, {}
        while True:
            page = ebs.list_snapshot_blocks(SnapshotId=snapshot, **token)
            found |= {one["BlockIndex"]: one["BlockToken"] for one in page["Blocks"]}
            if "NextToken" not in page:
                return found
            token = {"NextToken": page["NextToken"]}

    first = ebs.start_snapshot(VolumeSize=1, ClientToken="t", Tags=[{"Key": "a", "Value": "b"}])["SnapshotId"]
    assert ebs.start_snapshot(VolumeSize=1, ClientToken="t", Tags=[{"Key": "a", "Value": "b"}])["SnapshotId"] == first
    refused("ConflictException", ebs.start_snapshot, VolumeSize=2, ClientToken="t")
    put(first, 3, block(b"a"))
    refused("ValidationException", put, snapshot=first, index=4, bytes_=b"short")
    refused("ValidationException", put, snapshot=first, index=4, bytes_=block(b"a"), Checksum="AAAA")
    refused("ValidationException", put, snapshot=first, index=2048, bytes_=block(b"a"))
    refused("ResourceNotFoundException", put, snapshot="snap-0123456789abcdef0", index=0, bytes_=block(b"a"))
    refused("ValidationException", ebs.list_snapshot_blocks, SnapshotId=first)
    refused("ValidationException", ebs.start_snapshot, VolumeSize=1, ParentSnapshotId=first)
    assert ec2.describe_snapshots(SnapshotIds=[first])["Snapshots"][0]["State"] == "pending"
    ebs.complete_snapshot(SnapshotId=first, ChangedBlocksCount=1)
    refused("ValidationException", put, snapshot=first, index=4, bytes_=block(b"a"))
    described = ec2.describe_snapshots(SnapshotIds=[first])["Snapshots"][0]
    assert described["State"] == "completed" and described["Tags"] == [{"Key": "a", "Value": "b"}], described

    second = ebs.start_snapshot(VolumeSize=1, ParentSnapshotId=first)["SnapshotId"]
    put(second, 5, block(b"b"))
    ebs.complete_snapshot(SnapshotId=second, ChangedBlocksCount=1)
    ec2.delete_snapshot(SnapshotId=first)
    blocks = listed(second)
    assert set(blocks) == {3, 5}, blocks
    child = ebs.start_snapshot(VolumeSize=1, ParentSnapshotId=second)["SnapshotId"]
    refused("ValidationException", ebs.list_changed_blocks, FirstSnapshotId=second, SecondSnapshotId=child)
    put(child, 5, block(b"x"))
    ebs.complete_snapshot(SnapshotId=child, ChangedBlocksCount=1)
    changed = []
    token = {}
    while not changed or token:
        page = ebs.list_changed_blocks(FirstSnapshotId=second, SecondSnapshotId=child, **token)
        changed += page["ChangedBlocks"]
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert [one["BlockIndex"] for one in changed] == [5] and "SecondBlockToken" in changed[0], changed
    refused("ResourceNotFoundException", ebs.list_changed_blocks, FirstSnapshotId=first, SecondSnapshotId=child)
    alone = ebs.start_snapshot(VolumeSize=1)["SnapshotId"]
    ebs.complete_snapshot(SnapshotId=alone, ChangedBlocksCount=0)
    refused("ValidationException", ebs.list_changed_blocks, FirstSnapshotId=alone, SecondSnapshotId=child)
    got = ebs.get_snapshot_block(SnapshotId=second, BlockIndex=3, BlockToken=blocks[3])
    assert got["BlockData"].read() == block(b"a")
    refused("ValidationException", ebs.get_snapshot_block, SnapshotId=second, BlockIndex=3, BlockToken=blocks[5])
    third = ebs.start_snapshot(VolumeSize=1)["SnapshotId"]
    put(third, 0, block(b"c"))
    refused("ValidationException", ebs.complete_snapshot, SnapshotId=third, ChangedBlocksCount=2)
    assert ec2.describe_snapshots(SnapshotIds=[third])["Snapshots"][0]["State"] == "error"


def test_a_held_call_has_had_its_effect(world):
    world.fault("hold", "DeleteKeyPair")
    ec2 = world.client("ec2")
    ec2.create_key_pair(KeyName="held")
    pid = os.fork()
    if pid == 0:
        try:
            ec2.delete_key_pair(KeyName="held")
        finally:
            os._exit(0)
    held = world.control("held", seconds=30)
    assert [call["action"] for call in held] == ["DeleteKeyPair"], held
    assert world.inventory() == {}, world.inventory()
    assert os.waitpid(pid, os.WNOHANG) == (0, 0)
    world.control("release", {})
    assert os.waitpid(pid, 0)[1] == 0


def test_nothing_stays_behind():
    with World() as world:
        launch(world.client("ec2"))
        machine = world.control("machines")[0]
        assert checks.processes_with(machine["home"].removesuffix("/home")), "there is no sshd"
    wait(lambda: not checks.processes_with(machine["home"].removesuffix("/home")))
    assert not pathlib.Path(machine["home"]).exists()


def main():
    with World() as world:
        checks.run(globals(), world)
    checks.step("test_nothing_stays_behind", test_nothing_stays_behind)


if __name__ == "__main__":
    main()
