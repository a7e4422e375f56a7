"""Files of tests, each judged by goss and by kiln. @DIR@ is a folder with files of its own, @WEB@ an
HTTP server, @DNS@ a DNS server, @SSH@ the port of the sshd."""

VARS = """\
name: root
list: [root, daemon]
map: {a: 1, b: two}
number: 3
real: 1.5
flag: true
empty: ""
"""

CASES = {
    "files": r"""
file:
  /etc/passwd: {exists: true, mode: "0644", owner: root, group: root, uid: 0, gid: 0, filetype: file, contents: ["root:", "/^root:x:0/", "!nobody-of-that-name"]}
  /etc: {exists: true, filetype: directory, mode: "0755", size: {gt: 1}}
  /no/such: {exists: false, mode: "0644", contents: [x]}
  /no/such/either: {exists: true, mode: "0644"}
  "@DIR@/link": {exists: true, filetype: symlink, linked-to: /nowhere/at/all}
  "@DIR@/a b": {exists: true, mode: "4640", size: 36, contents: ["/^two words$/", "!three"], md5: wrong, sha256: {have-len: 64}, sha512: {match-regexp: "^[0-9a-f]{128}$"}}
  named: {path: "@DIR@/a b", exists: true, contents: "one\ntwo words\n\nlast without newline"}
  "@DIR@/pipe": {exists: true, filetype: pipe}
  /dev/null: {exists: true, filetype: character-device, mode: {have-suffix: "66"}}
  "~/": {exists: true, filetype: directory}
  "@DIR@/binary": {exists: true, size: {equal: 1024}, sha256: {not: {equal: x}}}
  empty: {path: "@DIR@/a b", exists: true, contents: []}
  wrong mode: {path: /etc/passwd, exists: true, mode: "0600", owner: {or: [root, bin]}, size: {lt: 1}}
  no link: {path: /etc/passwd, exists: true, linked-to: x}
  contents differ: {path: "@DIR@/a b", exists: true, contents: ["missing", "one", "/^x/"]}
""",
    "packages and services": r"""
package:
  bash: {installed: true, versions: {contain-element: {match-regexp: "^5"}}}
  dpkg: {installed: true, versions: ["0"]}
  no-such-package-anywhere: {installed: false, versions: [x]}
  libc6:amd64: {installed: true}
  another: {name: coreutils, installed: true}
  wrong: {name: no-such-package, installed: true}
service:
  ssh: {enabled: false, running: false}
  no-such-service: {enabled: false, running: false}
  cron: {running: {not: true}}
  a/b: {enabled: false, running: false}
  rc: {name: dbus, running: false, runlevels: []}
""",
    "accounts": r"""
user:
  root: {exists: true, uid: 0, gid: 0, home: /root, shell: /bin/bash, groups: [root]}
  daemon: {exists: true, uid: "1", groups: {consist-of: [daemon]}, shell: {have-suffix: nologin}}
  no-such-user: {exists: false, uid: 1}
  "yes": {username: bin, exists: true, uid: {gt: 1}, gid: {and: [{ge: 2}, {le: 2}]}}
  wrong: {username: root, exists: true, uid: 5, home: {have-prefix: /home}, groups: [wheel]}
group:
  root: {exists: true, gid: 0}
  no-such-group: {exists: false}
  adm: {exists: true, gid: "4"}
  w: {groupname: adm, exists: false, gid: 1}
""",
    "commands": r"""
command:
  echo hello: {exit-status: 0, stdout: ["hello"], stderr: []}
  printf 'a\nb\n'; echo bad >&2; exit 3: {exit-status: 3, stdout: "a\nb\n", stderr: ["/^bad$/"]}
  a name: {exec: "echo $KILN_TEST", exit-status: 0, stdout: [here]}
  slow: {exec: "sleep 5", exit-status: 0, timeout: 300}
  no-such-command-anywhere: {exit-status: 127, stderr: ["not found"]}
  echo 5: {exit-status: 0, stdout: 5}
  echo 6: {exit-status: "0", stdout: {gt: 5}}
  json: {exec: "echo '{\"a\":{\"b\":[1,2]},\"c\":\"d\"}'", exit-status: 0, stdout: {gjson: {a.b.1: 2, c: d}}}
  wrong: {exec: "echo a; echo b", exit-status: 1, stdout: [c, b], stderr: nothing}
  lines: {exec: "echo a; echo b", exit-status: 0, stdout: {contain-elements: [a, b]}}
  consist: {exec: "printf 'a\\nb'", exit-status: {or: [0, 1]}, stdout: {consist-of: [b, a]}}
  skipped: {exec: "false", exit-status: 0, skip: true}
  quotes: {exec: "echo \"it's\" '$x' \\\\ `echo y`", exit-status: 0, stdout: ["it's $x \\ y"]}
  cat: {exit-status: 0, stdout: ""}
  titled: {exec: "true", exit-status: 0, title: a title, meta: {severity: 3, why: [a, b]}}
""",
    "kernel, processes, mounts": r"""
kernel-param:
  kernel.ostype: {value: Linux}
  net.ipv4.ip_forward: {value: {or: ["0", "1"]}}
  vm.swappiness: {value: {ge: 0}}
  no.such.thing: {value: "1"}
  kernel.pid_max: {value: {gt: 1000}}
process:
  sshd: {running: true}
  no-such-process: {running: false}
  x: {comm: no-such-process, running: true}
mount:
  /proc: {exists: true, filesystem: proc, opts: [rw, nosuid], source: proc, usage: {lt: 1}}
  /no/such/mount: {exists: false}
  /dev: {exists: true, vfs-opts: {contain-element: rw}, usage: {lt: 101}}
interface:
  lo: {exists: true, mtu: 65536, addrs: [127.0.0.1/8]}
  nosuch0: {exists: false, mtu: 1500}
  wrong: {name: lo, exists: true, mtu: {lt: 10}}
""",
    "network": r"""
port:
  tcp:@SSH@: {listening: true, ip: [127.0.0.1]}
  tcp:1: {listening: false, ip: []}
  udp:1: {listening: false}
  "x": {port: "tcp6:@SSH@", listening: false}
  y: {port: "@SSH@", listening: true, ip: {consist-of: [0.0.0.0]}}
addr:
  tcp://127.0.0.1:@SSH@: {reachable: true, timeout: 5000}
  127.0.0.1:1: {reachable: false}
  udp://127.0.0.1:53: {reachable: true, timeout: 5000}
  tcp://no.such.host.invalid:80: {reachable: false}
  from: {address: "tcp://127.0.0.1:@SSH@", local-address: 127.0.0.1, timeout: 5000, reachable: true}
dns:
  localhost: {resolvable: true, timeout: 5000, addrs: {contain-element: 127.0.0.1}}
  127.0.0.1: {resolvable: true, addrs: [127.0.0.1]}
  a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: {consist-of: [192.0.2.5, 192.0.2.7, "::1"]}}
  A:a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: [192.0.2.5]}
  AAAA:a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: ["::1"]}
  MX:a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: ["10 mail.a.example."]}
  TXT:a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: {consist-of: [hello, world]}}
  NS:a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: [ns.a.example.]}
  SRV:a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: ["1 2 443 srv.a.example."]}
  CAA:a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: ["0 issue ca.example"]}
  CNAME:c.a.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: [a.example.]}
  PTR:192.0.2.7: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: [a.example.]}
  no.example: {resolvable: false, server: "@DNS@", timeout: 5000}
  MX:no.example: {resolvable: true, server: "@DNS@", timeout: 5000, addrs: [x]}
http:
  "@WEB@/": {status: 200, body: ["hello world", "/^second/", "!third"], headers: ["Content-Type: text/plain"]}
  "@WEB@/none": {status: 404}
  "@WEB@/moved": {status: 200, body: [hello]}
  stay: {url: "@WEB@/moved", status: 302, no-follow-redirects: true, headers: ["Location: /"]}
  "@WEB@/secret": {status: 200, username: u, password: "p q"}
  wrong: {url: "@WEB@/secret", status: 200, body: [x]}
  echo: {url: "@WEB@/", status: 200, request-headers: ["X-Echo: said"], body: [said]}
  post: {url: "@WEB@/", method: POST, request-body: data, status: 200}
  http://127.0.0.1:1/: {status: 200, body: [x]}
""",
    "matchers": r"""
matching:
  equal: {content: 5, matches: {equal: 5}}
  equal real: {content: 5, matches: {equal: 5.0}}
  equal list: {content: [a, 1], matches: {equal: [a, 1]}}
  equal map: {content: {a: {b: 1}}, matches: {equal: {a: {b: 1}}}}
  text of number: {content: 5, matches: "5"}
  text of real: {content: 1.5, matches: "1.5"}
  text of big: {content: 1000000.0, matches: "1e+06"}
  text of bool: {content: true, matches: "true"}
  text of list: {content: [a, b], matches: "a\nb"}
  text of map: {content: {a: 1, b: [x]}, matches: "map[a:1 b:[x]]"}
  number of text: {content: " 5 ", matches: 5}
  number of nothing: {content: abc, matches: 5}
  prefix: {content: foobar, matches: {have-prefix: foo}}
  suffix: {content: foobar, matches: {have-suffix: baz}}
  regexp: {content: foobar, matches: {match-regexp: "^fo+b"}}
  substring: {content: foobar, matches: {contain-substring: ob}}
  not: {content: foobar, matches: {not: {contain-substring: x}}}
  not not: {content: foobar, matches: {not: {not: {have-prefix: x}}}}
  len: {content: [1, 2], matches: {have-len: 2}}
  len of text: {content: "12345", matches: {have-len: 4}}
  len of number: {content: 5, matches: {have-len: 1}}
  key: {content: {a: 1}, matches: {have-key: a}}
  key matcher: {content: {abc: 1}, matches: {have-key: {have-prefix: ab}}}
  no key: {content: {a: 1}, matches: {have-key: b}}
  key of list: {content: [a], matches: {have-key: a}}
  element: {content: [a, b], matches: {contain-element: b}}
  element matcher: {content: [1, 20], matches: {contain-element: {gt: 10}}}
  element of map: {content: {a: x}, matches: {contain-element: x}}
  element of number: {content: 5, matches: {contain-element: 5}}
  no element: {content: [a, b], matches: {contain-element: c}}
  elements: {content: [a, b, c], matches: {contain-elements: [c, {have-prefix: a}]}}
  elements missing: {content: [a, b], matches: {contain-elements: [c, a]}}
  bare list: {content: [a, b, c], matches: [b, c]}
  bare list of text: {content: abc, matches: [abc]}
  consist: {content: [1, 2, 3], matches: {consist-of: [3, 2, {lt: 2}]}}
  consist more: {content: [1, 2, 3], matches: {consist-of: [3, 2]}}
  consist less: {content: [1], matches: {consist-of: [1, 1]}}
  pairing: {content: [ab, a], matches: {consist-of: [{have-prefix: a}, {equal: ab}]}}
  and: {content: 5, matches: {and: [{gt: 1}, {lt: 3}]}}
  or: {content: 5, matches: {or: [{lt: 1}, {gt: 3}]}}
  or none: {content: 5, matches: {or: [{lt: 1}, {gt: 30}]}}
  not or: {content: 5, matches: {not: {or: [{lt: 1}, {gt: 3}]}}}
  not and: {content: 5, matches: {not: {and: [{lt: 10}, {gt: 3}]}}}
  gt: {content: 5, matches: {gt: 4.9}}
  ge: {content: "5", matches: {ge: 5}}
  lt: {content: 5.5, matches: {lt: 5}}
  le: {content: 5, matches: {le: 5}}
  gt text: {content: abc, matches: {gt: 4}}
  semver: {content: 1.2.3, matches: {semver-constraint: ">=1.2.0 <2.0.0 !1.2.4"}}
  semver or: {content: 3.0.0, matches: {semver-constraint: "<2.0.0 || >=3.0.0"}}
  semver wild: {content: 1.9.9, matches: {semver-constraint: "1.x"}}
  semver pre: {content: 1.0.0-rc.1, matches: {semver-constraint: "<1.0.0"}}
  semver list: {content: [1.0.0, 2.0.0], matches: {semver-constraint: ">1.0.0"}}
  semver bad: {content: "1.0", matches: {semver-constraint: ">=1.0.0"}}
  gjson: {content: '{"a":{"b":[1,{"c":"d"}]},"n":null}', matches: {gjson: {a.b.1.c: d}}}
  gjson count: {content: '{"a":[1,2,3]}', matches: {gjson: {"a.#": 3}}}
  gjson each: {content: '{"a":[{"x":1},{"x":2}]}', matches: {gjson: {"a.#.x": {equal: [1.0, 2.0]}}}}
  gjson query: {content: '{"a":[{"n":"p","v":1},{"n":"q","v":2}]}', matches: {gjson: {'a.#(n=="q").v': 2}}}
  gjson all: {content: '{"a":[{"n":"p","v":1},{"n":"q","v":2}]}', matches: {gjson: {'a.#(v>0)#.n': [p, q]}}}
  gjson none: {content: '{"a":1}', matches: {gjson: {b: 1}}}
  gjson bad: {content: 'nothing', matches: {gjson: {b: 1}}}
  patterns: {content: "one\ntwo", matches: {have-patterns: [one, "/^two$/", "!three", "!/^t$/"]}}
  patterns not: {content: "one\ntwo", matches: {have-patterns: ["!two"]}}
  patterns miss: {content: "one\ntwo", matches: {have-patterns: [three, one]}}
  patterns list: {content: [one, two], matches: {have-patterns: [two]}}
  reader: {content: "one\ntwo", as-reader: true, matches: [one, "!three"]}
  reader text: {content: "one", as-reader: true, matches: one}
  nothing: {content: null, matches: {equal: 1}}
  skipped: {content: 1, skip: true, matches: {equal: 2}}
""",
    "templates": r"""
file:
{{- range $i, $p := mkSlice "/etc/passwd" "/etc/group" }}
  {{ $p }}: {exists: true, title: "{{ add $i 1 }} {{ $p | base | upper }}"}
{{- end }}
{{- if .Vars.flag }}
  "/etc/{{ "hosts" | replace "s" "t" | trimSuffix "t" }}": {exists: false}
{{- end }}
user:
{{- range .Vars.list }}
  {{ . }}: {exists: true}
{{- end }}
gossfile:
  part.yaml: {}
matching:
  env: {content: "{{ .Env.KILN_TEST }}", matches: here}
  getEnv: {content: '{{ getEnv "KILN_TEST" }}{{ getEnv "KILN_NONE" "x" }}', matches: herex}
  inline: {content: {{ .Vars.inline }}, matches: "yes"}
  text: {content: '{{ printf "%05d|%-5s|%q" 42 "ab" "c" | trim | lower | title }}', matches: {have-len: 16}}
  default: {content: '{{ default "d" .Vars.empty }}{{ .Vars.number | default 7 }}', matches: d3}
  ternary: {content: '{{ ternary "a" "b" .Vars.flag }}{{ empty .Vars.empty }}', matches: atrue}
  lists: {content: '{{ list 3 1 2 | sortAlpha | join "," }} {{ first .Vars.list }} {{ last .Vars.list }} {{ rest (list 1 2 3) }} {{ has "root" .Vars.list }} {{ uniq (list 1 1 2) }} {{ without (list 1 2) 1 }} {{ concat (list 1) (list 2) }} {{ reverse (list 1 2) }} {{ until 3 }} {{ untilStep 0 6 2 }} {{ seq 3 }}', matches: "1,2,3 root daemon [2 3] true [1 2] [2] [1 2] [2 1] [0 1 2] [0 2 4] 1 2 3"}
  maps: {content: '{{ get .Vars.map "b" }} {{ hasKey .Vars.map "c" }} {{ keys .Vars.map | sortAlpha }} {{ dict "a" 1 "b" 2 }} {{ pick .Vars.map "a" }} {{ omit .Vars.map "a" }} {{ dig "q" "z" 9 .Vars.map }} {{ toJson .Vars.map }} {{ merge (dict "a" 1) (dict "a" 2 "b" 3) }}', matches: {have-prefix: "two false [a b] map[a:1 b:2] map[a:1] map[b:two]"}}
  numbers: {content: '{{ add 1 2 3 }} {{ sub 5 2 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ max 1 3 2 }} {{ min 3 1 }} {{ floor 1.7 }} {{ ceil 1.2 }} {{ round 1.256 2 }} {{ int "5" }} {{ float64 "1.5" }} {{ add1 1 }} {{ atoi "7" }}', matches: "6 3 6 3 1 3 1 1 2 1.26 5 1.5 2 7"}
  texts: {content: '{{ trunc 3 "abcdef" }} {{ substr 1 3 "abcdef" }} {{ repeat 2 "ab" }} {{ contains "b" "abc" }} {{ hasPrefix "a" "abc" }} {{ hasSuffix "a" "abc" }} {{ snakecase "FirstName" }} {{ kebabcase "FirstName" }} {{ camelcase "first_name" }} {{ nospace "a b" }} {{ cat "a" 1 }} {{ plural "one" "many" 2 }} {{ trimAll "$" "$5$" }} {{ b64enc "x" }} {{ b64dec "eA==" }} {{ sha256sum "x" | trunc 8 }} {{ untitle "Ab" }}', matches: {have-prefix: "abc bc abab true true false first_name first-name FirstName ab a 1 many 5 eA== x 2d711642"}}
  regexps: {content: '{{ regexMatch "^a" "abc" }} {{ regexFind "[bc]+" "abcd" }} {{ regexFindAll "[a-c]" "abcd" -1 }} {{ regexReplaceAll "a(b)" "abab" "${1}x" }} {{ regexReplaceAllLiteral "b" "abc" "$1" }} {{ regexSplit "," "a,b,c" -1 }} {{ (findStringSubmatch "(?P<v>[0-9]+)" "v12").v }}', matches: "true bc [a b c] bxbx a$1c [a b c] 12"}
  splits: {content: '{{ splitList "," "a,b" }} {{ (split "," "a,b")._1 }} {{ kindOf 1 }} {{ kindIs "string" "a" }} {{ toString 5 }} {{ coalesce "" "b" }} {{ dir "/a/b.c" }} {{ ext "/a/b.c" }} {{ clean "/a/../b" }} {{ isAbs "a" }} {{ semverCompare ">=1.0.0" "1.2.0" }}', matches: {have-prefix: "[a b] b int true 5 b"}}
  with: {content: '{{ with .Vars.map }}{{ .b }}{{ else }}no{{ end }}{{ range $k, $v := .Vars.map }}{{ $k }}={{ $v }};{{ end }}{{ $x := 5 }}{{ if and (gt $x 3) (not (eq $x 4)) }}y{{ end }}', matches: twoa=1;b=two;y}
""",
}
