#include "goss/dns_packet.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <utility>

namespace kiln::goss {

namespace {

constexpr std::array<std::pair<std::string_view, unsigned>, 9> kTypes = {
    {{"A", 1},
     {"NS", 2},
     {"CNAME", 5},
     {"PTR", 12},
     {"MX", 15},
     {"TXT", 16},
     {"AAAA", 28},
     {"SRV", 33},
     {"CAA", 257}}};
constexpr std::size_t kHeader = 12;

unsigned number_of(std::string_view type) {
    const auto found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.first == type; });
    return found == kTypes.end() ? 0 : found->second;
}

// 192.0.2.1 -> 1.2.0.192.in-addr.arpa
std::string reverse_name(const std::string& address) {
    std::array<unsigned char, 16> bytes{};
    std::string name;
    if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) {
        for (std::size_t i = 4; i-- > 0;) {
            name += std::to_string(bytes.at(i)) + ".";
        }
        return name + "in-addr.arpa";
    }
    if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) {
        for (std::size_t i = 16; i-- > 0;) {
            name += fmt::format("{:x}.{:x}.", bytes.at(i) & 15U, bytes.at(i) >> 4U);
        }
        return name + "ip6.arpa";
    }
    return "";
}

/// Reads big-endian numbers and names; out of range is an exception of its own.
class Packet {
public:
    struct Short {};

    explicit Packet(std::string_view bytes) : bytes_(bytes) {}

    std::size_t at = 0;

    unsigned byte() {
        if (at >= bytes_.size()) {
            throw Short{};
        }
        return static_cast<unsigned char>(bytes_[at++]);
    }
    unsigned half() {
        const unsigned high = byte();
        return (high << 8U) | byte();
    }
    std::string text(std::size_t length) {
        if (length > bytes_.size() - std::min(at, bytes_.size())) {
            throw Short{};
        }
        at += length;
        return std::string(bytes_.substr(at - length, length));
    }
    /// Ends in a dot. A name may go on elsewhere; each jump leads back, so it ends.
    std::string name() {
        std::string out;
        std::optional<std::size_t> behind;
        std::size_t limit = at;
        while (true) {
            const unsigned length = byte();
            if (length == 0) {
                break;
            }
            if ((length & 0xC0U) == 0xC0U) {
                const std::size_t target = ((length & 0x3FU) << 8U) | byte();
                behind = behind ? behind : at;
                if (target >= limit) {
                    throw Short{};
                }
                limit = at = target;
                continue;
            }
            out += text(length) + ".";
        }
        at = behind.value_or(at);
        return out.empty() ? "." : out;
    }

private:
    std::string_view bytes_;
};

std::string address_text(int family, const std::string& bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const char* done = inet_ntop(family, bytes.data(), text.data(), text.size());
    return done == nullptr ? "" : done;
}

std::vector<std::string> record_texts(Packet& packet, std::string_view type, std::size_t length) {
    const std::size_t end = packet.at + length;
    if (type == "A" || type == "AAAA") {
        if (length != (type == "A" ? 4U : 16U)) {
            throw Packet::Short{};
        }
        return {address_text(type == "A" ? AF_INET : AF_INET6, packet.text(length))};
    }
    if (type == "MX") {
        const std::string preference = std::to_string(packet.half());
        return {preference + " " + packet.name()};
    }
    if (type == "SRV") {
        std::string out;
        for (int i = 0; i < 3; ++i) {
            out += std::to_string(packet.half()) + " ";
        }
        return {out + packet.name()};
    }
    if (type == "TXT") {
        std::vector<std::string> texts;
        while (packet.at < end) {
            texts.push_back(packet.text(packet.byte()));
        }
        return texts;
    }
    if (type == "CAA") {
        const std::string flag = std::to_string(packet.byte());
        const std::string tag = packet.text(packet.byte());
        if (packet.at > end) {
            throw Packet::Short{};
        }
        return {flag + " " + tag + " " + packet.text(end - packet.at)};
    }
    return {packet.name()};
}

}  // namespace

bool is_record_type(std::string_view type) {
    return number_of(type) != 0;
}

std::string dns_query(std::string_view host, std::string_view type) {
    const std::string name = type == "PTR" ? reverse_name(std::string(host)) : std::string(host);
    // An identifier that any answer repeats; one flag: recursion desired; one question.
    std::string packet("\x4b\x6e\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", kHeader);
    for (const std::string& label :
         split(name.ends_with('.') ? name.substr(0, name.size() - 1) : name, '.')) {
        if (label.empty() || label.size() > 63) {
            return "";
        }
        packet += static_cast<char>(label.size()) + label;
    }
    const unsigned number = number_of(type);
    packet += '\0';
    packet += static_cast<char>(number >> 8U);
    packet += static_cast<char>(number & 0xFFU);
    return packet + std::string("\x00\x01", 2);
}

std::optional<std::vector<std::string>> dns_records(
    std::string_view answer, std::string_view type
) {
    Packet packet(answer);
    std::vector<std::string> records;
    try {
        packet.at = 4;
        const unsigned questions = packet.half();
        const unsigned answers = packet.half();
        packet.at = kHeader;
        for (unsigned i = 0; i < questions; ++i) {
            packet.name();
            packet.text(4);
        }
        for (unsigned i = 0; i < answers; ++i) {
            packet.name();
            const unsigned number = packet.half();
            packet.text(6);  // class, time to live
            const std::size_t length = packet.half();
            const std::size_t end = packet.at + length;
            if (number == number_of(type)) {
                for (std::string& text : record_texts(packet, type, length)) {
                    records.push_back(std::move(text));
                }
            }
            packet.at = end;
        }
    } catch (const Packet::Short&) {
        return std::nullopt;
    }
    return records;
}

}  // namespace kiln::goss
