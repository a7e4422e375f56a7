#!/usr/bin/env bash
# kiln lint: messages, exit codes, JSON, masking; docs/lint/README.md is what the table of rules says.
source "$(dirname "$0")/lib.sh"
template <<'T'
source "null" "x" { communicator = "none" }
build {
  sources = ["null.x"]
  provisioner "shell-local" {
    inline = ["git clone git://example.org/x", "curl -H \"x: AKIAQ3EGRIRN5WXZ7TLA\" https://example.org"]
  }
}
T
kiln lint -only-rule git-protocol,secret-in-text .
expect_code 1
expect_out <<'MESSAGE'
./node.pkr.hcl:5:26: warning: git:// is neither encrypted nor authenticated, and many networks block it [git-protocol]
    5 |     inline = ["git clone git://example.org/x", "curl -H \"x: <sensitive>\" https://example.org"]
      |                          ^^^^^^^^^^^^^^^^^^^
  hint: use https://example.org/x

./node.pkr.hcl:5:62: error: an AWS access key stands in the text [secret-in-text]
    5 |     inline = ["git clone git://example.org/x", "curl -H \"x: <sensitive>\" https://example.org"]
      |                                                              ^^^^^^^^^^^^^^^^^^^^
  hint: revoke it, and hand it over at run time: a sensitive variable, a profile, a role

1 error, 1 warning; kiln lint -explain ID tells more
MESSAGE

kiln lint -only-rule git-protocol .
expect_code 0
kiln lint -only-rule git-protocol -strict .
expect_code 1
kiln lint -only-rule git-protocol -ignore git-protocol:./node.pkr.hcl:5 -strict .
expect_code 0
expect_out <<<'No trap found.'
kiln lint -only-rule git-protocol -json .
expect_code 0
expect_out <<'JSON'
{
  "findings": [
    {
      "rule": "git-protocol",
      "severity": "warning",
      "file": "./node.pkr.hcl",
      "line": 5,
      "column": 26,
      "summary": "git:// is neither encrypted nor authenticated, and many networks block it",
      "hint": "use https://example.org/x"
    }
  ]
}
JSON
kiln lint -only-rule git-protocl .
expect_code 2
expect_err <<'MESSAGE'
error: there is no rule "git-protocl"
  hint: did you mean "git-protocol"?
MESSAGE
kiln lint
expect_code 2

template <<<'source "null" {'
kiln lint .
expect_code 1

kiln docs lint
expect_out <"$repo/docs/lint/README.md"
kiln lint -explain sysctl-append
expect_code 0
expect_out <"$repo/docs/lint/sysctl-append.md"
