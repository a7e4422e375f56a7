# Sourced after lib.sh by tests that take packages from a repository of their own: the folder ./web on loopback, its
# address in $web, and keys that sign what is in it.

command -v gpg >/dev/null || skip "there is no gpg"
mkdir web
mkdir -m 700 "$scratch/gnupg"

stop_web() {
    if [ -n "${web_pid-}" ]; then end_process "$web_pid"; fi
    web_pid=
    gpgconf --homedir "$scratch/gnupg" --kill all
}
trap 'stop_web; clean_up' EXIT

start_web() {
    python3 -c '
import functools, http.server
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="web")
with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()' >"$scratch/port" 2>/dev/null &
    web_pid=$!
    until [ -s "$scratch/port" ]; do
        kill -0 $web_pid || fail "the server has ended"
        sleep 0.05
    done
    web=http://127.0.0.1:$(cat "$scratch/port")
}

signing() { gpg --homedir "$scratch/gnupg" --batch --quiet "$@"; }

# signing_key NAME: NAME@example.org; its public half is web/NAME.asc.
signing_key() {
    signing --passphrase '' --quick-generate-key "$1@example.org" rsa2048 sign never
    signing --armor --export "$1@example.org" >"web/$1.asc"
}
