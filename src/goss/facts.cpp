#include "goss/facts.hpp"

#include "base/strings.hpp"
#include "goss/dns_packet.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace kiln::goss {

std::string contents_key(const std::string& path) {
    return "contents " + path;
}

std::string command_key(const Resource& command) {
    return "command " + command.key;
}

std::string network_key(const Resource& resource) {
    return std::string(key_of(resource.kind)) + " " + resource.key;
}

namespace {

// The type in front of the name: "MX:example.org".
std::size_t record_type_length(const std::string& name) {
    const std::size_t colon = name.find(':');
    const bool typed =
        colon != std::string::npos && colon > 0 &&
        std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
            return c >= 'A' && c <= 'Z';
        });
    return typed ? colon : 0;
}

}  // namespace

std::string host_of(const Resource& dns) {
    const std::size_t length = record_type_length(dns.name);
    return length == 0 ? dns.name : dns.name.substr(length + 1);
}

std::vector<std::string> record_types(const Resource& dns) {
    const std::size_t length = record_type_length(dns.name);
    const std::string type = dns.name.substr(0, length);
    return is_record_type(type) ? std::vector<std::string>{type}
                                : std::vector<std::string>{"A", "AAAA"};
}

namespace {

// A path as a word of the shell; "~" and "~user" are home folders, by h() of the script.
std::string path_word(const std::string& path) {
    if (!path.starts_with('~')) {
        return shell_quote(path.starts_with('-') ? "./" + path : path);
    }
    const std::size_t slash = std::min(path.find('/'), path.size());
    return "\"$(h " + shell_quote(path.substr(1, slash - 1)) + ")\"" +
           shell_quote(path.substr(slash));
}

// How many names one command gets: far from any limit of arguments.
constexpr std::size_t kNamesAtOnce = 200;

constexpr std::int64_t kCommandTimeoutMs = 10'000;
constexpr std::int64_t kHttpTimeoutMs = 5000;
constexpr std::int64_t kAddressTimeoutMs = 500;
constexpr std::int64_t kMountTimeoutMs = 1000;

class Collector {
public:
    std::vector<FactRequest> run(const Spec& spec) {
        for (const Resource& resource : spec.resources) {
            if (!resource.skip) {
                collect(resource);
            }
        }
        add_stats();
        add_packages();
        add_services();
        return std::move(requests_);
    }

private:
    void ask(std::string key, std::string shell, std::int64_t timeout_ms = 0) {
        if (asked_.insert(key).second) {
            requests_.push_back({std::move(key), std::move(shell), timeout_ms});
        }
    }

    void collect(const Resource& resource) {
        switch (resource.kind) {
            case Kind::command:
                ask(command_key(resource),
                    resource.name,
                    resource.number("timeout", kCommandTimeoutMs));
                return;
            case Kind::http:
                return collect_http(resource);
            case Kind::addr:
                return collect_address(resource);
            case Kind::dns:
                return collect_dns(resource);
            case Kind::package:
                packages_.push_back(resource.name);
                return;
            case Kind::service:
                services_.push_back(resource.name);
                return;
            case Kind::file:
                return collect_file(resource);
            case Kind::process:
                return ask("processes", "cat /proc/[0-9]*/stat");
            case Kind::user:
                ask("passwd", "cat /etc/passwd");
                return ask("group", "cat /etc/group");
            case Kind::group:
                return ask("group", "cat /etc/group");
            case Kind::port:
                for (const char* table : {"tcp", "tcp6", "udp", "udp6"}) {
                    ask(std::string("sockets ") + table, std::string("cat /proc/net/") + table);
                }
                return;
            case Kind::kernel_param:
                return ask(
                    "sysctl " + resource.name,
                    "cat " + shell_quote("/proc/sys/" + replace_all(resource.name, ".", "/"))
                );
            case Kind::mount:
                ask("mounts", "cat /proc/self/mountinfo");
                return ask(
                    "usage " + resource.name,
                    "stat -f -c '%b %f' " + path_word(resource.name),
                    resource.number("timeout", kMountTimeoutMs)
                );
            case Kind::interface:
                return collect_interface(resource);
            case Kind::matching:
                return;
        }
    }

    void collect_file(const Resource& file) {
        files_.push_back(file.name);
        const std::string path = path_word(file.name);
        if (file.expects("contents") || file.expects("contains")) {
            ask(contents_key(file.name), "[ -f " + path + " ] && cat " + path);
        }
        if (file.expects("linked-to")) {
            ask("link " + file.name, "readlink " + path);
        }
        for (const char* digest : {"md5", "sha256", "sha512"}) {
            if (file.expects(digest)) {
                ask(std::string(digest) + " " + file.name,
                    "[ -f " + path + " ] && " + digest + "sum <" + path);
            }
        }
    }

    void collect_interface(const Resource& interface) {
        const std::string name = shell_quote(interface.name);
        const std::string folder = shell_quote("/sys/class/net/" + interface.name);
        ask("interface " + interface.name,
            "if [ -e " + folder + "/mtu ]; then cat " + folder +
                "/mtu; "
                "else ip -o link show dev " +
                name + " | sed -n 's/.* mtu \\([0-9]*\\) .*/\\1/p'; fi");
        if (interface.expects("addrs")) {
            ask("addresses " + interface.name, "ip -o addr show dev " + name);
        }
    }

    void collect_address(const Resource& address) {
        const std::size_t scheme = address.name.find("://");
        const std::string network =
            scheme == std::string::npos ? "tcp" : address.name.substr(0, scheme);
        const std::string place =
            scheme == std::string::npos ? address.name : address.name.substr(scheme + 3);
        const std::size_t colon = place.rfind(':');
        std::string host = place.substr(0, colon);
        const std::string port = colon == std::string::npos ? "" : place.substr(colon + 1);
        if (host.starts_with('[') && host.ends_with(']')) {
            host = host.substr(1, host.size() - 2);
        }
        if (port.empty() || (!network.starts_with("tcp") && !network.starts_with("udp"))) {
            return ask(network_key(address), "exit 1", kAddressTimeoutMs);
        }
        ask(network_key(address),
            "k_host=" + shell_quote(host.empty() ? "127.0.0.1" : host) + " k_port=" +
                shell_quote(port) + " k_from=" + shell_quote(address.text("local-address")) + "; " +
                (network.starts_with("udp") ? kReachUdp : kReachTcp),
            address.number("timeout", kAddressTimeoutMs));
    }

    // Exit 0: reached; 1: not; 96: the machine has no program that could say.
    static constexpr const char* kReachTcp =
        "if [ -z \"$k_from\" ] && command -v bash >/dev/null; then "
        "bash -c 'exec 3<>\"/dev/tcp/$1/$2\"' k \"$k_host\" \"$k_port\" || exit 1; "
        "elif command -v python3 >/dev/null; then "
        "python3 -c 'import socket,sys; "
        "socket.create_connection((sys.argv[1],int(sys.argv[2])),"
        "source_address=(sys.argv[3],0) if sys.argv[3] else None)' "
        "\"$k_host\" \"$k_port\" \"$k_from\" || exit 1; "
        "elif command -v nc >/dev/null; then "
        "nc -z ${k_from:+-s \"$k_from\"} \"$k_host\" \"$k_port\" </dev/null || exit 1; "
        "else exit 96; fi";
    // A datagram socket connects without asking anybody: the name must be known.
    static constexpr const char* kReachUdp =
        "command -v getent >/dev/null || exit 96; getent hosts \"$k_host\" >/dev/null || exit 1";

    void collect_dns(const Resource& dns) {
        const std::int64_t timeout = dns.number("timeout", kAddressTimeoutMs);
        const std::string server = dns.text("server");
        const std::string host = host_of(dns);
        if (server.empty()) {
            ask("hosts", "cat /etc/hosts");
            return ask(
                network_key(dns),
                "command -v getent >/dev/null || exit 96; getent ahostsv4 " + shell_quote(host) +
                    "; getent ahostsv6 " + shell_quote(host) + "; :",
                timeout
            );
        }
        const std::size_t colon = server.rfind(':');
        const bool has_port =
            colon != std::string::npos && (server.find(':') == colon || server[colon - 1] == ']');
        std::string address = has_port ? server.substr(0, colon) : server;
        if (address.starts_with('[') && address.ends_with(']')) {
            address = address.substr(1, address.size() - 2);
        }
        for (const std::string& type : record_types(dns)) {
            const std::string query = dns_query(host, type);
            if (query.empty()) {
                continue;  // no name that DNS could know
            }
            std::string escaped;
            for (const char c : query) {
                escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
            }
            ask(network_key(dns) + " " + type,
                "command -v bash >/dev/null || exit 96; bash -c 'exec 3<>\"/dev/udp/$1/$2\" || "
                "exit 1; "
                "printf \"$3\" >&3; dd bs=4096 count=1 <&3 2>/dev/null | od -An -v -tx1' k " +
                    shell_quote(address) + " " +
                    shell_quote(has_port ? server.substr(colon + 1) : "53") + " '" + escaped + "'",
                timeout);
        }
    }

    void collect_http(const Resource& http) {
        const std::int64_t timeout = http.number("timeout", kHttpTimeoutMs);
        std::string curl =
            "command -v curl >/dev/null || exit 96; curl -q -s -S --compressed -g -i";
        const auto option = [&](const char* name, const std::string& value) {
            curl += value.empty() ? "" : std::string(" ") + name + " " + shell_quote(value);
        };
        const std::string method = http.text("method");
        if (method == "HEAD") {
            curl += " -I";
        } else {
            option("-X", method);
        }
        curl += http.flag("allow-insecure") ? " -k" : "";
        curl += http.flag("no-follow-redirects") ? "" : " -L --max-redirs 10";
        option("--proxy", http.text("proxy"));
        option("--cacert", http.text("ca-file"));
        option("--cert", http.text("cert-file"));
        option("--key", http.text("key-file"));
        if (!http.text("username").empty() || !http.text("password").empty()) {
            option("-u", http.text("username") + ":" + http.text("password"));
        }
        option("--data-binary", http.text("request-body"));
        if (!http.text("request-body").empty() && method.empty()) {
            curl += " -X GET";
        }
        bool has_agent = false;
        const auto headers = http.settings.find("request-headers");
        if (headers != http.settings.end() && headers->second.list() != nullptr) {
            for (const Value& header : *headers->second.list()) {
                option("-H", to_text(header));
                has_agent =
                    has_agent || equal_ignoring_case(to_text(header).substr(0, 11), "user-agent:");
            }
        }
        if (!http.text("request-body").empty()) {
            curl += " -H 'Content-Type:'";
        }
        curl += has_agent ? "" : " -A goss/kiln";
        ask(network_key(http), curl + " -- " + shell_quote(http.name), timeout);
    }

    void add_stats() {
        std::vector<std::string> plain;
        for (const std::string& path : files_) {
            if (path.starts_with('~') || path.find('\n') != std::string::npos) {
                ask("stat " + path, "stat -c '%f %u %g %s %U %G|' " + path_word(path));
            } else {
                plain.push_back(path);
            }
        }
        for (std::size_t i = 0; i < plain.size(); i += kNamesAtOnce) {
            std::string shell =
                "if command -v stat >/dev/null; then stat -c '%f %u %g %s %U %G|%n'";
            for (std::size_t j = i; j < std::min(i + kNamesAtOnce, plain.size()); ++j) {
                shell += " " + path_word(plain[j]);
            }
            ask("stats " + std::to_string(i), shell + "; :; else (exit 96); fi");
        }
    }

    void add_packages() {
        for (std::size_t i = 0; i < packages_.size(); i += kNamesAtOnce) {
            std::string shell = "p";
            for (std::size_t j = i; j < std::min(i + kNamesAtOnce, packages_.size()); ++j) {
                shell += " " + shell_quote(packages_[j]);
            }
            ask("packages " + std::to_string(i), shell + "; :");
        }
    }

    void add_services() {
        for (std::size_t i = 0; i < services_.size(); i += kNamesAtOnce) {
            std::string shell = "v";
            for (std::size_t j = i; j < std::min(i + kNamesAtOnce, services_.size()); ++j) {
                shell += " " + shell_quote(services_[j]);
            }
            ask("services " + std::to_string(i), shell + "; :");
        }
    }

    std::vector<FactRequest> requests_;
    std::set<std::string> asked_;
    std::vector<std::string> files_, packages_, services_;
};

}  // namespace

std::vector<FactRequest> fact_requests(const Spec& spec) {
    return Collector().run(spec);
}

FactRequest environment_request() {
    return {"environment", "env -0 2>/dev/null || env | tr '\\n' '\\000'"};
}

FactRequest file_request(const std::string& path) {
    return {contents_key(path), "[ -f " + path_word(path) + " ] && cat " + path_word(path)};
}

}  // namespace kiln::goss
