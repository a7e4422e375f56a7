#include "base/strings.hpp"
#include "goss/actual.hpp"
#include "goss/dns_packet.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <optional>
#include <set>

// Addresses, names, ports, interfaces and HTTP.

namespace kiln::goss {

namespace {

// A script's way to say that the machine lacks the program.
constexpr int kProgramMissing = 96;

Value is_reachable(const Resource& address, const Facts& facts) {
    const Fact& fact = fact_of(facts, network_key(address));
    if (fact.status == kProgramMissing) {
        throw NoFact{
            "the machine has neither bash, python3 nor nc, so kiln can not tell what it reaches"};
    }
    return fact.ok();
}

std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    return texts;
}

bool is_address(const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::vector<std::string> words(std::string_view line) {
    std::vector<std::string> out;
    std::string word;
    for (const char c : std::string(line) + " ") {
        if (c != ' ' && c != '\t') {
            word += c;
        } else if (!word.empty()) {
            out.push_back(std::exchange(word, ""));
        }
    }
    return out;
}

// /etc/hosts decides alone when it knows the name, as in Go's resolver.
std::vector<std::string> addresses_in_hosts(const std::string& host, const std::string& hosts) {
    std::vector<std::string> addresses;
    for (const std::string& line : split(hosts, '\n')) {
        const std::vector<std::string> parts = words(line.substr(0, line.find('#')));
        for (std::size_t i = 1; i < parts.size(); ++i) {
            if (equal_ignoring_case(parts[i], host)) {
                addresses.push_back(parts[0]);
            }
        }
    }
    return addresses;
}

std::vector<std::string> resolved_by_machine(const Resource& dns, const Facts& facts) {
    const std::string host = host_of(dns);
    if (is_address(host)) {
        return {host};
    }
    std::vector<std::string> addresses = addresses_in_hosts(host, fact_of(facts, "hosts").out);
    if (!addresses.empty()) {
        return sorted(std::move(addresses));
    }
    const Fact& fact = fact_of(facts, network_key(dns));
    if (fact.status == kProgramMissing) {
        throw NoFact{"the machine has no program getent, so kiln can not tell what it resolves"};
    }
    if (fact.timed_out) {
        throw NoFact{"DNS lookup timed out"};
    }
    for (const std::string& line : split(fact.out, '\n')) {
        const std::vector<std::string> parts = words(line);
        if (!parts.empty() && !parts[0].starts_with("::ffff:")) {
            addresses.push_back(parts[0]);
        }
    }
    return sorted(std::move(addresses));
}

std::string bytes_of_hex(const std::string& hex) {
    std::string bytes;
    for (const std::string& pair : words(replace_all(hex, "\n", " "))) {
        unsigned value = 0;
        std::from_chars(pair.data(), pair.data() + pair.size(), value, 16);
        bytes += static_cast<char>(value);
    }
    return bytes;
}

std::vector<std::string> resolved_by_server(const Resource& dns, const Facts& facts) {
    std::vector<std::string> records;
    std::size_t unanswered = 0;
    const std::vector<std::string> types = record_types(dns);
    for (const std::string& type : types) {
        const auto found = facts.find(network_key(dns) + " " + type);
        if (found == facts.end()) {
            throw NoFact{"\"" + dns.name + "\" is no name that can be asked for"};
        }
        if (found->second.status == kProgramMissing) {
            throw NoFact{
                "the machine has no bash, which kiln asks a DNS server with; leave server out to "
                "use the machine's own resolver"};
        }
        const auto own = dns_records(bytes_of_hex(found->second.out), type);
        if (own) {
            records.insert(records.end(), own->begin(), own->end());
        } else {
            ++unanswered;
        }
    }
    if (unanswered == types.size() && types.size() == 1) {
        throw NoFact{"the DNS server " + dns.text("server") + " does not answer"};
    }
    std::sort(records.begin(), records.end());
    return records;
}

Value actual_of_dns(const Resource& dns, std::string_view attribute, const Facts& facts) {
    const std::vector<std::string> addresses = dns.text("server").empty()
                                                   ? resolved_by_machine(dns, facts)
                                                   : resolved_by_server(dns, facts);
    if (attribute == "resolvable") {
        return !addresses.empty();
    }
    return Value::texts(addresses);
}

// "0100007F": bytes of each 32-bit word in the machine's order, which is little-endian wherever
// kiln builds. IPv6 in capitals, as goss's library has it.
std::string socket_address(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 8 <= hex.size(); i += 8) {
        for (std::size_t j = 8; j > 0; j -= 2) {
            unsigned value = 0;
            std::from_chars(hex.data() + i + j - 2, hex.data() + i + j, value, 16);
            bytes += static_cast<char>(value);
        }
    }
    const bool mapped = bytes.size() == 16 &&
                        bytes.substr(0, 12) == std::string("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
    if (mapped) {
        bytes = bytes.substr(12);
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (bytes.size() != 4 && bytes.size() != 16) {
        return "";
    }
    inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
    std::string out = text.data();
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return out;
}

Value actual_of_port(const Resource& port, std::string_view attribute, const Facts& facts) {
    const std::size_t colon = port.name.find(':');
    const std::string table = colon == std::string::npos ? "tcp" : port.name.substr(0, colon);
    const std::string wanted = colon == std::string::npos ? port.name : port.name.substr(colon + 1);
    const auto fact = facts.find("sockets " + table);
    std::vector<std::string> addresses;
    for (const std::string& line : split(fact == facts.end() ? "" : fact->second.out, '\n')) {
        const std::vector<std::string> parts = words(line);
        if (parts.size() < 4 || parts[0] == "sl") {
            continue;
        }
        const std::vector<std::string> local = split(parts[1], ':');
        unsigned number = 0;
        if (local.size() != 2 ||
            std::from_chars(local[1].data(), local[1].data() + local[1].size(), number, 16).ec !=
                std::errc()) {
            continue;
        }
        constexpr std::string_view kListen = "0A";
        if (std::to_string(number) == wanted && (table.starts_with("udp") || parts[3] == kListen)) {
            addresses.push_back(socket_address(local[0]));
        }
    }
    if (attribute == "listening") {
        return !addresses.empty();
    }
    return Value::texts(addresses);
}

Value actual_of_interface(
    const Resource& interface, std::string_view attribute, const Facts& facts
) {
    const Fact& fact = fact_of(facts, "interface " + interface.name);
    const std::string mtu(trim(fact.out));
    if (attribute == "exists") {
        return !mtu.empty();
    }
    if (attribute == "mtu") {
        std::int64_t value = 0;
        std::from_chars(mtu.data(), mtu.data() + mtu.size(), value);
        return value;
    }
    const Fact& lines = fact_of(facts, "addresses " + interface.name);
    if (!lines.ok()) {
        throw NoFact{"the machine has no program ip, which tells the addresses of an interface"};
    }
    std::vector<std::string> addresses;
    for (const std::string& line : split(lines.out, '\n')) {
        const std::vector<std::string> parts = words(line);
        if (parts.size() > 3 && parts[2].starts_with("inet")) {
            addresses.push_back(parts[3]);
        }
    }
    return Value::texts(addresses);
}

// One answer: status line and headers, cut off `text`.
struct HttpHead {
    std::int64_t status = 0;
    std::vector<std::string> headers;
};

// "content-type" of HTTP/2 is "Content-Type" to Go.
std::string canonical(const std::string& name) {
    std::string out = name;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const bool first = i == 0 || out[i - 1] == '-';
        if (first && out[i] >= 'a' && out[i] <= 'z') {
            out[i] = static_cast<char>(out[i] - 'a' + 'A');
        } else if (!first && out[i] >= 'A' && out[i] <= 'Z') {
            out[i] = static_cast<char>(out[i] - 'A' + 'a');
        }
    }
    return out;
}

std::optional<HttpHead> cut_head(std::string& text) {
    const std::size_t end = text.find("\r\n\r\n");
    if (!text.starts_with("HTTP/") || end == std::string::npos) {
        return std::nullopt;
    }
    HttpHead head;
    const std::vector<std::string> lines =
        split(replace_all(text.substr(0, end), "\r\n", "\n"), '\n');
    const std::vector<std::string> first = words(lines[0]);
    if (first.size() > 1) {
        std::from_chars(first[1].data(), first[1].data() + first[1].size(), head.status);
    }
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::size_t colon = lines[i].find(':');
        if (colon != std::string::npos) {
            head.headers.push_back(
                canonical(lines[i].substr(0, colon)) + ": " +
                std::string(trim(lines[i].substr(colon + 1)))
            );
        }
    }
    std::sort(head.headers.begin(), head.headers.end());
    text.erase(0, end + 4);
    return head;
}

}  // namespace

Value actual_of_http(const Resource& http, std::string_view attribute, const Facts& facts) {
    const Fact& fact = fact_of(facts, network_key(http));
    if (fact.status == kProgramMissing) {
        throw NoFact{"the machine has no program curl, which kiln asks HTTP servers with"};
    }
    if (fact.timed_out) {
        throw NoFact{"no answer from " + http.name + " in time (Client.Timeout exceeded)"};
    }
    if (!fact.ok()) {
        throw NoFact{std::string(trim(fact.err))};
    }
    // The heads of all answers (interim ones, redirects) stand first; curl writes the body of none
    // but the last.
    std::optional<HttpHead> head;
    std::string body = fact.out;
    while (auto next = cut_head(body)) {
        head = std::move(next);
    }
    if (!head) {
        throw NoFact{"no HTTP answer from " + http.name};
    }
    if (attribute == "status") {
        return head->status;
    }
    return attribute == "headers" ? join(head->headers, "\n") : body;
}

Value actual_of_network(const Resource& resource, std::string_view attribute, const Facts& facts) {
    if (resource.kind == Kind::addr) {
        return is_reachable(resource, facts);
    }
    if (resource.kind == Kind::dns) {
        return actual_of_dns(resource, attribute, facts);
    }
    return resource.kind == Kind::port ? actual_of_port(resource, attribute, facts)
                                       : actual_of_interface(resource, attribute, facts);
}

}  // namespace kiln::goss
