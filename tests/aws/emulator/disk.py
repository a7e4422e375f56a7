"""A system of its own behind an instance: the host's files, over which the instance writes.

Needs root. All of it is in namespaces that end with the sshd: overlayfs over the host's root, with a
user `ec2-user` who may use sudo, as on Amazon's images. Afterwards disk.tar holds what was written.
"""

import subprocess

from . import settings

CONFIG = """\
ListenAddress {address}:{port}
HostKey /etc/emulated/host_key
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
Subsystem sftp /usr/lib/openssh/sftp-server
"""

# $1: the instance's folder. The user id is one that the host has given to nobody.
BOOT = """\
set -e
mkdir -p "$1/disk" "$1/root"
mount -t tmpfs -o mode=755 disk "$1/disk"
mkdir "$1/disk/upper" "$1/disk/work"
mount -t overlay -o "lowerdir=/,upperdir=$1/disk/upper,workdir=$1/disk/work" root "$1/root"
cd "$1/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t sysfs -o ro sysfs sys
for folder in run tmp; do mount -t tmpfs -o mode=1777 "$folder" "$folder"; done
mkdir -p run/sshd etc/emulated home/ec2-user/.ssh etc/sudoers.d
cp "$1/host_key" etc/emulated/
cp "$1/config" etc/emulated/config
echo 'ec2-user:x:54321:54321::/home/ec2-user:/bin/sh' >>etc/passwd
echo 'ec2-user:x:54321:' >>etc/group
echo 'ec2-user:*:19000:0:99999:7:::' >>etc/shadow
echo 'ec2-user ALL=(ALL) NOPASSWD:ALL' >etc/sudoers.d/90-cloud-init-users
chmod 440 etc/sudoers.d/90-cloud-init-users
cp "$1/authorized_keys" home/ec2-user/.ssh/
chown -R 54321:54321 home/ec2-user
chroot . /usr/sbin/sshd -D -e -f /etc/emulated/config
"""


def write(folder, address):
    """What its sshd reads."""
    (folder / "config").write_text(CONFIG.format(address=address, port=settings.SSH_PORT))


def command(folder):
    """The process that the system lives and dies with."""
    return ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
            "sh", "-c", BOOT, "boot", folder]


def keep(folder, first_process):
    """Keeps what was written, as <folder>/disk.tar, of a system whose first process is still there."""
    written = f"/proc/{first_process}/root{folder}/disk/upper"
    subprocess.run(["tar", "-C", written, "-cf", folder / "disk.tar", "."], check=True)
