#!/usr/bin/env bash
# Tests of goss files against a machine over SSH and against a root file system: verdicts, reports, the
# mistakes that are told before anything starts, and goss's own program when the template asks for it.
source "$(dirname "$0")/lib.sh"
need_root
source "$here/sshd.sh"
start_sshd
machine

# on_host OPTION...: a build whose only step is the tests.
on_host() {
    printf 'build {\n  sources = ["source.null.machine"]\n  provisioner "goss" {\n' >node.pkr.hcl
    printf '    %s\n' "$@" >>node.pkr.hcl
    printf '  }\n}\n' >>node.pkr.hcl
}

mkdir specs
cat >specs/goss.yaml <<'T'
gossfile:
  "more/*.yaml": {}
file:
  /etc/passwd:
    exists: true
    mode: "0644"
    contents: ["/^root:/", "!nobody-of-that-name"]
  /no/such/file: {exists: false}
command:
  echo {{ .Vars.word }} {{ .Env.FROM_TEMPLATE }}:
    exit-status: 0
    stdout: [hello there]
T
mkdir specs/more
printf 'user:\n  root: {exists: true, uid: {{ .Vars.uid }}}\n' >specs/more/users.yaml
printf 'word: hello\nuid: 7\n' >vars.yaml

# All pass; the report is also a file.
on_host 'tests = ["specs"]' 'goss_file = "specs/goss.yaml"' 'vars_file = "vars.yaml"' \
    'vars_inline = { uid = 0 }' 'vars_env = { FROM_TEMPLATE = "there" }' 'format = "tap"' \
    'report_file = "out/report.xml"'
build
expect_code 0
expect_out_has "1..8"
expect_out_has "ok 1 - Command: echo hello there: exit-status: matches expectation: 0"
expect_out_has "ok 8 - User: root: uid: matches expectation: 0"
python3 - <<'T' || fail "the JUnit report is not what it should be"
import xml.etree.ElementTree as xml
suite = xml.parse("out/report.xml").getroot()
assert (suite.get("tests"), suite.get("failures")) == ("8", "0"), suite.attrib
assert len(suite.findall("testcase")) == 8
T

# One fails, and so does the build, with the words that people search their logs for.
on_host 'tests = ["specs"]' 'goss_file = "specs/goss.yaml"' 'vars_file = "vars.yaml"' \
    'vars_env = { FROM_TEMPLATE = "there" }' 'format = "rspecish"'
build
expect_code 1
expect_out_has "Count: 8, Failed: 1, Skipped: 0"
expect_out_has "goss non-zero exit status"
# It is tried again for as long as was asked; inspect looks and goes on.
sed -i 's/format = .*/format = "nagios"\n    retry_timeout = "2s"\n    sleep = "100ms"\n    inspect = true/' node.pkr.hcl
build
expect_code 0
expect_out_has "GOSS CRITICAL - Count: 8, Failed: 1, Skipped: 0"
expect_out_has "Retrying in 100ms; the next is attempt 2"
expect_out_has "timeout of 2s reached before tests entered a passing state"

# Mistakes are told by validate, with their place, and nothing is started.
printf 'file:\n  /etc/passwd:\n    exist: true\n    mode: {have-prefx: "0"}\n' >specs/wrong.yaml
on_host 'tests = ["specs"]' 'goss_file = "specs/wrong.yaml"'
kiln validate .
expect_code 1
expect_err_has 'specs/wrong.yaml:3:5: error: a file has no attribute "exist"'
expect_err_has '  hint: did you mean "exists"?'
expect_err_has 'specs/wrong.yaml:4:12: error: there is no matcher "have-prefx"'
build
expect_code 1
expect_out_lacks "Connected to SSH"
on_host 'tests = ["specs"]'
kiln validate .
expect_code 1
expect_err_has 'hint: set goss_file = "specs/goss.yaml"'

# Nothing of the questions stays on the machine, nor does a command that took too long.
printf 'command:\n  sleep 61.625: {exit-status: 0, timeout: 200}\n' >specs/slow.yaml
on_host 'tests = ["specs"]' 'goss_file = "specs/slow.yaml"'
build
expect_code 1
expect_out_has "Command execution timed out (200ms)"
if pgrep -f '^sleep 61[.]625$' >/dev/null; then fail "the command still runs"; fi

# goss's own program, when there is one: what the template says of it decides.
goss=$repo/build/goss/goss
if [ -x "$goss" ]; then
    cp "$goss" "$scratch/goss-program"
    on_host 'tests = ["specs"]' 'goss_file = "specs/goss.yaml"' 'vars_file = "vars.yaml"' \
        'vars_inline = { uid = 0 }' 'vars_env = { FROM_TEMPLATE = "there" }' 'skip_install = true' \
        "download_path = \"$scratch/goss-program\"" "remote_folder = \"$scratch\""
    build
    expect_code 0
    expect_out_has "Count: 8, Failed: 0, Skipped: 0"
    [ -s goss-spec.yaml ] || fail "the rendered tests were not fetched"
    sed -i 's/uid = 0/uid = 5/' node.pkr.hcl
    build
    expect_code 1
    expect_out_has "goss non-zero exit status"

    # Downloaded by the machine, with a login that no process list shows and that does not stay.
    python3 - "$goss" "$scratch/web-port" <<'P' &
import base64, http.server, sys

class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        good = self.headers.get("Authorization") == "Basic " + base64.b64encode(b"me:s3cret").decode()
        self.send_response(200 if good else 401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.end_headers()
        if good:
            self.wfile.write(open(sys.argv[1], "rb").read())

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Web)
open(sys.argv[2] + ".new", "w").write(str(server.server_port))
__import__("os").rename(sys.argv[2] + ".new", sys.argv[2])
server.serve_forever()
P
    web=$!
    until [ -s "$scratch/web-port" ]; do sleep 0.05; done
    on_host 'tests = ["specs"]' 'goss_file = "specs/goss.yaml"' 'vars_file = "vars.yaml"' \
        'vars_inline = { uid = 0 }' 'vars_env = { FROM_TEMPLATE = "there" }' \
        "url = \"http://127.0.0.1:$(cat "$scratch/web-port")/goss\"" 'username = "me"' 'password = "s3cret"' \
        "download_path = \"$scratch/downloaded\"" "remote_folder = \"$scratch\"" 'skip_download = true'
    build
    expect_code 0
    expect_out_has "Count: 8, Failed: 0, Skipped: 0"
    expect_out_lacks "s3cret"
    [ -x "$scratch/downloaded" ] || fail "goss is not where download_path says"
    if ls "$scratch"/downloaded.netrc* >/dev/null 2>&1; then fail "the login stays on the machine"; fi
    sed -i 's/s3cret/wrong/' node.pkr.hcl
    build
    expect_code 1
    expect_out_has "unable to download Goss from http://127.0.0.1"
    if ls "$scratch"/downloaded.netrc* >/dev/null 2>&1; then fail "the login stays on the machine"; fi
    kill $web
    rm -f /tmp/goss-spec.yaml /tmp/debug-goss-spec.yaml
fi
