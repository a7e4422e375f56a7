# Sourced by the scripts that a newcomer runs. Gives: repo, as_root, step, step_shown, say.
# Each step prints one line when it begins and its time when it is done; its output goes to a log.
# A step that fails ends the script with one line that names the step and its log.

set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script=scripts/$(basename "$0")
log_directory=$repo/build/logs
mkdir -p "$log_directory"

say() { printf '%s\n' "$*"; }
die() {
    printf '%s: %s\n' "$script" "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -- "$@"
    else
        echo "this needs root: run it as root or install sudo" >&2
        return 1
    fi
}

log_of() { printf '%s/%s.log' "$log_directory" "$(printf %s "$1" | tr -c 'A-Za-z0-9\n' '-')"; }

# watch_step LOG PID: on a terminal the log's last line, elsewhere a sign of life twice a minute.
watch_step() {
    local log=$1 pid=$2 since=$SECONDS spoken=$SECONDS last
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.5
        last=$(tail -c 400 "$log" 2>/dev/null | tr '\r' '\n' | tail -n 1 | tr -cd '[:print:]' | cut -c1-90) || true
        if [ -t 1 ]; then
            printf '\r\033[K    %4d s  %s' $((SECONDS - since)) "$last"
        elif [ $((SECONDS - spoken)) -ge 30 ]; then
            spoken=$SECONDS
            printf '    %4d s  %s\n' $((SECONDS - since)) "$last"
        fi
    done
    if [ -t 1 ]; then printf '\r\033[K'; fi
}

fail_step() {
    local name=$1 log=$2
    printf '%s\n' '--- the last lines of the log' >&2
    tail -n "${3:-30}" "$log" >&2
    die "FAILED while $name (whole log: ${log#"$repo"/})"
}

# step "installing packages" COMMAND...: quiet.
step() {
    local name=$1 log since=$SECONDS pid status=0
    shift
    log=$(log_of "$name")
    printf '==> %s\n' "$name"
    ("$@") >"$log" 2>&1 </dev/null &
    pid=$!
    watch_step "$log" "$pid"
    wait "$pid" || status=$?
    [ "$status" = 0 ] || fail_step "$name" "$log"
    printf '    done in %d s\n' $((SECONDS - since))
}

# step_shown "running the tests" COMMAND...: the same, with the output on the terminal too.
step_shown() {
    local name=$1 log since=$SECONDS status
    shift
    log=$(log_of "$name")
    printf '==> %s\n' "$name"
    set +e  # a failing pipeline must reach fail_step; the command itself still stops at its first
    (set -e; "$@") </dev/null 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    set -e
    [ "$status" = 0 ] || fail_step "$name" "$log" 3
    printf '    done in %d s\n' $((SECONDS - since))
}
