# Sourced. Programs written in Rust that benchmarks compare with, pinned by their versions and their lock files.

# install_coldsnap: makes build/coldsnap/bin/coldsnap; does nothing when it is there in this version.
install_coldsnap() {
    local version=0.12.0 to=$repo/build/coldsnap
    grep -q "^\"coldsnap $version " "$to/.crates.toml" 2>/dev/null && return 0
    cargo install --quiet --locked --version "$version" --root "$to" coldsnap
}
