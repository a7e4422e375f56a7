# Builds igb_uio, which has the write combining that ENA needs, for every kernel that is installed.
set -eu
if [ -z "$IGB_UIO_SOURCE" ]; then
    echo "no igb_uio_source: NICs will be bound to vfio-pci"
    exit 0
fi
if [ -z "$IGB_UIO_SHA256" ]; then
    echo "igb_uio_source is given without igb_uio_sha256" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $IGB_UIO_SOURCE in
    https://*) curl --fail --silent --show-error --location -o "$work/source" "$IGB_UIO_SOURCE" ;;
    *) cp "$IGB_UIO_SOURCE" "$work/source" ;;
esac
echo "$IGB_UIO_SHA256  $work/source" | sha256sum --check --quiet
tar -C "$work" -xf "$work/source"
source=$(find "$work" -type d -path '*linux/igb_uio' | head -n 1)
[ -n "$source" ] || { echo "there is no linux/igb_uio in $IGB_UIO_SOURCE" >&2; exit 1; }

command -v dnf >/dev/null && dnf install -y gcc make
for folder in /lib/modules/*/; do
    kernel=$(basename "$folder")
    # The package has another name in newer images; what it provides has not.
    if ! [ -e "/lib/modules/$kernel/build" ]; then
        dnf install -y "kernel-devel-uname-r = $kernel"
    fi
    make -C "$source" KSRC="/lib/modules/$kernel/build" clean all
    install -D -m 644 "$source/igb_uio.ko" "/lib/modules/$kernel/kernel/drivers/uio/igb_uio.ko"
    depmod "$kernel"
done
