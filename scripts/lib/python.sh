# Sourced. Python packages that Debian does not have, in a venv below build/.

# install_python_packages NAME REQUIREMENTS: makes build/NAME what the file says; does nothing when it
# is that already.
install_python_packages() {
    local venv=$repo/build/$1 requirements=$2
    cmp -s "$requirements" "$venv/requirements.txt" && return 0
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --no-compile --disable-pip-version-check --no-deps -r "$requirements"
    cp "$requirements" "$venv/requirements.txt"
}
