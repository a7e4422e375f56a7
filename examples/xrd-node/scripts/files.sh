# Lays files/ over the root; everything belongs to root.
set -eu
cp -R --no-preserve=ownership "$FILES"/. /
rm -rf "$FILES"
chmod 755 /etc/xrd/bootstrap.sh
