#!/usr/bin/env bash
# Wrong usage: one message on standard error, exit code 2, nothing on standard output.
source "$(dirname "$0")/lib.sh"

wrong() { # ARGUMENT... with the message as standard input
    kiln "$@"
    expect_code 2
    expect_err
    expect_no_out
}

wrong bulid . <<'MESSAGE'
error: kiln has no command "bulid"
  hint: did you mean "build"?
MESSAGE
wrong cache <<'MESSAGE'
error: kiln cache needs one of: list, clear, path
MESSAGE
wrong build <<'MESSAGE'
error: kiln build needs TEMPLATE
  hint: see kiln build --help
MESSAGE
wrong build -forse . <<'MESSAGE'
error: kiln build has no flag -forse
  hint: did you mean "force"?
MESSAGE
wrong build -parallel-builds=x . <<'MESSAGE'
error: flag -parallel-builds: needs a whole number, not "x"
  hint: see kiln build --help
MESSAGE
wrong build -on-error=panic . <<'MESSAGE'
error: flag -on-error: must be one of cleanup, abort, ask, run-cleanup-provisioner, not "panic"
  hint: see kiln build --help
MESSAGE
wrong validate . . <<'MESSAGE'
error: kiln validate was given too many arguments
  hint: see kiln validate --help
MESSAGE
