# Sourced. Reads scripts/packages and installs what is missing.

# package_list SECTION...: names, one a line.
package_list() {
    local section
    for section in "$@"; do
        awk -v want="$section:" '
            /^#/ || NF == 0 { next }
            $1 ~ /:$/ { on = ($1 == want); seen = seen || on; next }
            on { print $1 }
            END { exit !seen }' "$repo/scripts/packages" ||
            { echo "scripts/packages has no section $section" >&2; return 1; }
    done
}

missing_packages() {
    local name
    for name in $(package_list "$@"); do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
    done
}

# install_packages SECTION...: does nothing, and needs no root, when all are there.
install_packages() {
    local missing
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    as_root apt-get update -q
    # shellcheck disable=SC2086  # one word a package
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends $missing
}
