# Sourced. Programs written in Go that tests and benchmarks run, pinned by go.mod and go.sum.

# install_goss: makes build/goss/goss, as its releases are made (without cgo); does nothing when it is
# there already. Without Go there is none, and what needs it is skipped.
install_goss() {
    local module=$repo/tests/oracle/goss/module to=$repo/build/goss
    if ! command -v go >/dev/null; then
        echo "no Go here: the tests that compare with goss are skipped"
        return 0
    fi
    cmp -s "$module/go.mod" "$to/go.mod" && [ -x "$to/goss" ] && return 0
    mkdir -p "$to"
    (cd "$module" && CGO_ENABLED=0 GOFLAGS=-mod=readonly \
        go build -trimpath -buildvcs=false -o "$to/goss" github.com/goss-org/goss/cmd/goss)
    cp "$module/go.mod" "$to/go.mod"
}

# install_ebs_endpoint: makes build/ebs-endpoint/ebs-endpoint, which bench/publish.py uploads to, of Go's own
# library alone.
install_ebs_endpoint() {
    if ! command -v go >/dev/null; then
        echo "no Go here: bench/publish.py has no endpoint"
        return 0
    fi
    (cd "$repo/bench/peers/ebs_endpoint" && CGO_ENABLED=0 GOFLAGS=-mod=readonly \
        go build -trimpath -buildvcs=false -o "$repo/build/ebs-endpoint/ebs-endpoint" .)
}
