# What Elasticsearch asks of its host, so that it outlives a reboot.
set -eu
cat >/etc/sysctl.d/60-search-engine.conf <<'EOF'
vm.max_map_count = 262144
EOF
mkdir -p /etc/security/limits.d
cat >/etc/security/limits.d/60-search-engine.conf <<'EOF'
*  soft  nofile   65536
*  hard  nofile   65536
*  soft  memlock  unlimited
*  hard  memlock  unlimited
EOF
