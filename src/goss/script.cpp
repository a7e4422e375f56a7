#include "goss/script.hpp"

#include "base/strings.hpp"

#include <charconv>
#include <fmt/format.h>
#include <optional>

// The answer is a stream of frames: "\n@NONCE B index\n" and what was written, for a job then
// "\n@NONCE R\n" and what it wrote to its standard error, then "\n@NONCE E status\n"; a status "T"
// is a job that was killed for its time. "\n@NONCE Z\n" says that nothing is missing. No lengths
// are needed, so a log that grows while it is read breaks nothing.

namespace kiln::goss {

namespace {

// Bytes. Linux takes 128 KiB for one argument; quoting for sudo may add to it.
constexpr std::size_t kMaxScript = 64UL * 1024;

// A terminal in between would turn newlines into CR LF.
constexpr const char* kFrames = R"sh([ ! -t 1 ] || stty -opost 2>/dev/null
b() { printf '\n@%s B %s\n' "$k_nonce" "$1"; }
e() { printf '\n@%s E %s\n' "$k_nonce" "$1"; }
h() {
  k_user=$1; [ -n "$k_user" ] || k_user=$(id -un)
  while IFS=: read -r k_name k_x k_x k_x k_x k_home k_x; do
    [ "$k_name" != "$k_user" ] || printf %s "$k_home"
  done </etc/passwd
}
)sh";

// Which package manager, as goss decides it: by distribution, then by what is there.
constexpr const char* kPackages = R"sh(p() {
  if grep -q Ubuntu /etc/lsb-release 2>/dev/null; then m=dpkg
  elif [ -e /etc/redhat-release ] || [ -e /etc/system-release ]; then m=rpm
  elif [ -e /etc/alpine-release ]; then m=apk
  elif [ -e /etc/arch-release ]; then m=pacman
  elif [ -e /etc/debian_version ]; then m=dpkg
  else
    m=rpm
    for c in dpkg rpm apk pacman; do command -v $c >/dev/null && { m=$c; break; }; done
  fi
  echo $m
  case $m in
    dpkg) dpkg-query -f '${Package}\t${Architecture}\t${Status}\t${Version}\n' -W -- "$@" ;;
    rpm) rpm -q --nosignature --nodigest --qf \
      '%{NAME}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\n' -- "$@" ;;
    apk) for c in "$@"; do printf '@%s\n' "$c"; apk version "$c"; done ;;
    pacman) for c in "$@"; do printf '@%s\n' "$c"; pacman -Q --color never --noconfirm "$c"; done ;;
  esac
}
)sh";

// A line a service: "name|enabled running levels", the first two 0 or 1. Without systemctl the
// links of enabled units tell as much. Where systemd does not run nothing does; `systemctl
// is-active` says yes to everything in a chroot.
constexpr const char* kServices = R"sh(v() {
  s=init
  if command -v systemctl >/dev/null; then s=systemd
  elif grep -q Ubuntu /etc/lsb-release 2>/dev/null; then s=upstart
  elif [ -e /etc/alpine-release ]; then s=alpine
  elif [ -e /etc/arch-release ]; then s=systemd
  fi
  o=
  case $(cat /etc/debian_version 2>/dev/null) in [1-8].*) o=old ;; esac
  for n in "$@"; do
    en=0; ru=0; l=
    case $n in */*) printf '%s|0 0\n' "$n"; continue ;; esac
    if [ $s = alpine ]; then
      for f in /etc/runlevels/*/"$n"; do
        [ ! -e "$f" ] || { f=${f%/*}; l="$l ${f##*/}"; en=1; }
      done
    else
      for f in /etc/rc*.d/S[0-9][0-9]"$n"; do
        [ ! -e "$f" ] || { f=${f%/*}; f=${f##*/rc}; l="$l ${f%.d}"; }
      done
      if [ $s = init ] || [ $s = upstart ] || [ -n "$o" ]; then [ -z "$l" ] || en=1; fi
    fi
    if [ $s = systemd ]; then
      l=
      systemctl -q is-enabled "$n" >/dev/null 2>&1 && en=1
      [ -d /run/systemd/system ] && systemctl -q is-active "$n" >/dev/null 2>&1 && ru=1
    elif [ $s = upstart ] && [ $en = 0 ] && grep -q '^[[:space:]]*start on' "/etc/init/$n.conf" 2>/dev/null; then
      grep -q '^manual' "/etc/init/$n.override" 2>/dev/null || en=1
    fi
    if [ $s != systemd ] || [ -n "$o" ]; then
      [ $ru = 1 ] || { command -v service >/dev/null && service "$n" status >/dev/null 2>&1 </dev/null && ru=1; }
    fi
    if ! command -v systemctl >/dev/null; then
      for f in /etc/systemd/system/*.wants/"$n.service" /etc/systemd/system/*.requires/"$n.service"; do
        [ ! -L "$f" ] || en=1
      done
    fi
    printf '%s|%s %s%s\n' "$n" "$en" "$ru" "$l"
  done
}
)sh";

// j INDEX SECONDS SHELL: a job beside the others; a folder of its own holds what they write.
// Without a `timeout` that takes fractions a second process looks at the clock.
constexpr const char* kJobs =
    R"sh(k_dir=$(mktemp -d 2>/dev/null) || { k_dir=/tmp/kiln-$k_nonce; mkdir -m 700 "$k_dir" || exit 97; }
trap 'rm -rf "$k_dir"' EXIT
trap 'exit 98' HUP INT TERM
k_timeout=
timeout -s KILL 0.9 true 2>/dev/null && k_timeout=yes
k_jobs=0
k_run='sh -c "$1"; echo $? >"$2.t"; mv "$2.t" "$2"'
j() {
  [ $k_jobs -lt 32 ] || { wait; k_jobs=0; }
  k_jobs=$((k_jobs + 1))
  if [ -n "$k_timeout" ]; then
    timeout -s KILL "$2" sh -c "$k_run" k "$3" "$k_dir/$1.s" >"$k_dir/$1.o" 2>"$k_dir/$1.e" </dev/null &
  else
    (
      sh -c "$k_run" k "$3" "$k_dir/$1.s" >"$k_dir/$1.o" 2>"$k_dir/$1.e" </dev/null &
      k_pid=$!
      k_s=${2%.*}
      ( sleep $((k_s + 1)); kill -9 $k_pid ) >/dev/null 2>&1 &
      k_watch=$!
      wait $k_pid
      kill $k_watch
    ) >/dev/null 2>&1 &
  fi
}
d() {
  b "$1"; cat "$k_dir/$1.o"; printf '\n@%s R\n' "$k_nonce"; cat "$k_dir/$1.e"
  if [ -f "$k_dir/$1.s" ]; then e "$(cat "$k_dir/$1.s")"; else e T; fi
}
)sh";

std::string exports(const std::map<std::string, std::string>& environment) {
    std::string text;
    for (const auto& [name, value] : environment) {
        text += "export " + name + "=" + shell_quote(value) + "\n";
    }
    return text;
}

Batch make_batch(
    std::vector<FactRequest> requests, const std::string& nonce, const std::string& environment
) {
    std::string lines;
    std::string launches;
    std::string answers;
    bool packages = false;
    bool services = false;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const FactRequest& request = requests[i];
        const std::string index = std::to_string(i);
        if (request.timeout_ms > 0) {
            launches += fmt::format(
                "j {} {}.{:03} {}\n",
                i,
                request.timeout_ms / 1000,
                request.timeout_ms % 1000,
                shell_quote(request.shell)
            );
            answers += "d " + index + "\n";
        } else {
            lines += "b " + index + "; { " + request.shell + "; } 2>/dev/null </dev/null; e $?\n";
            packages = packages || request.key.starts_with("packages ");
            services = services || request.key.starts_with("services ");
        }
    }
    Batch batch;
    batch.script = "k_nonce=" + nonce + "\n" + environment + kFrames;
    batch.script += packages ? kPackages : "";
    batch.script += services ? kServices : "";
    // Jobs begin first, and what is in line is answered while they run.
    if (!launches.empty()) {
        batch.script += kJobs + launches;
    }
    batch.script += lines;
    if (!launches.empty()) {
        batch.script += "wait\n" + answers;
    }
    batch.script += "printf '\\n@%s Z\\n' \"$k_nonce\"\n";
    batch.requests = std::move(requests);
    return batch;
}

}  // namespace

std::vector<Batch> make_batches(
    const std::vector<FactRequest>& requests,
    const std::string& nonce,
    const std::map<std::string, std::string>& environment
) {
    const std::string variables = exports(environment);
    std::vector<Batch> batches;
    std::vector<FactRequest> current;
    std::size_t size = variables.size();
    for (const FactRequest& request : requests) {
        const std::size_t own = request.shell.size() + 64;
        if (!current.empty() && size + own > kMaxScript) {
            batches.push_back(make_batch(std::move(current), nonce, variables));
            current.clear();
            size = variables.size();
        }
        current.push_back(request);
        size += own;
    }
    if (!current.empty()) {
        batches.push_back(make_batch(std::move(current), nonce, variables));
    }
    return batches;
}

bool read_answer(
    const Batch& batch, const std::string& nonce, std::string_view answer, Facts& facts
) {
    const std::string mark = "\n@" + nonce + " ";
    const FactRequest* open = nullptr;
    Fact fact;
    std::size_t at = answer.find(mark);
    while (at != std::string_view::npos) {
        at += mark.size();
        const std::size_t end = answer.find('\n', at);
        if (end == std::string_view::npos || end == at) {
            return false;
        }
        const std::string_view head = answer.substr(at, end - at);
        const std::string_view argument = head.substr(std::min<std::size_t>(2, head.size()));
        const std::size_t next = answer.find(mark, end);
        const std::string_view body = answer.substr(
            end + 1, next == std::string_view::npos || next <= end ? 0 : next - end - 1
        );
        std::size_t number = 0;
        const auto parsed =
            std::from_chars(argument.data(), argument.data() + argument.size(), number);
        switch (head[0]) {
            case 'B':
                if (parsed.ec != std::errc() || number >= batch.requests.size()) {
                    return false;
                }
                open = &batch.requests[number];
                fact = {};
                fact.out = body;
                break;
            case 'R':
                fact.err = body;
                break;
            case 'E':
                if (open == nullptr) {
                    return false;
                }
                fact.timed_out = argument == "T";
                fact.status = static_cast<int>(number);
                facts.insert_or_assign(open->key, fact);
                open = nullptr;
                break;
            case 'Z':
                return open == nullptr;
            default:
                return false;
        }
        at = next;
    }
    return false;
}

}  // namespace kiln::goss
