# Sourced after lib.sh: a small system that tests read as an image. No package manager makes it, and real
# ones read it.

# dpkg_package TREE NAME VERSION FILE...: as if it were installed; the files have the version as content.
dpkg_package() {
    local tree=$1 name=$2 version=$3 file
    shift 3
    mkdir -p "$tree/var/lib/dpkg/info"
    cat >>"$tree/var/lib/dpkg/status" <<T
Package: $name
Status: install ok installed
Priority: optional
Section: misc
Installed-Size: 12
Maintainer: Kiln Tests <tests@example.org>
Architecture: amd64
Source: $name-src
Version: $version
Description: tests kiln
 with a second line

T
    printf '/.\n' >"$tree/var/lib/dpkg/info/$name.list"
    for file in "$@"; do
        mkdir -p "$tree$(dirname "$file")"
        printf '%s %s\n' "$name" "$version" >"$tree$file"
        printf '%s\n' "$(dirname "$file")" "$file" >>"$tree/var/lib/dpkg/info/$name.list"
    done
}

# system_tree TREE: a merged /usr, two packages, units, sysctls, kernel arguments, users.
system_tree() {
    local tree=$1
    mkdir -p "$tree"/{boot,dev,etc/{default,sysctl.d,systemd/system/multi-user.target.wants}} \
        "$tree"/usr/{bin,lib/{systemd/system,sysctl.d},sbin} "$tree"/var/lib/dpkg "$tree/root"
    ln -s usr/bin "$tree/bin"
    ln -s usr/sbin "$tree/sbin"
    ln -s usr/lib "$tree/lib"
    printf '%s\n' 'NAME="Debian GNU/Linux"' 'ID=debian' "VERSION_ID='12'" >"$tree/usr/lib/os-release"
    ln -s ../usr/lib/os-release "$tree/etc/os-release"
    dpkg_package "$tree" hello 2.10-3+b1 /bin/hello /usr/lib/hello/data
    dpkg_package "$tree" tool 1:4.0~rc1-2 /usr/sbin/tool
    chmod 755 "$tree/usr/bin/hello" "$tree/usr/sbin/tool"
    printf '[Service]\nExecStart=/bin/hello\n[Install]\nWantedBy=multi-user.target\n' \
        >"$tree/usr/lib/systemd/system/hello.service"
    printf '[Service]\nExecStart=/sbin/tool\n' >"$tree/usr/lib/systemd/system/tool.service"
    printf 'vm.swappiness = 60\nkernel.pid_max=4194304\n' >"$tree/usr/lib/sysctl.d/50-default.conf"
    printf 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX="console=ttyS0"\n' \
        >"$tree/etc/default/grub"
    printf 'root:x:0:0:root:/root:/bin/bash\n' >"$tree/etc/passwd"
    printf 'root:*:19000:0:99999:7:::\n' >"$tree/etc/shadow"
    printf 'root:x:0:\nwheel:x:10:\n' >"$tree/etc/group"
    printf 'key\n' >"$tree/etc/machine.key"
    find "$tree" -exec touch -h -d @1700000000 {} +
}
