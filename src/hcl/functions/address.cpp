#include "hcl/functions/address.hpp"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace kiln::hcl::functions {

namespace {

template <std::size_t N>
AddressBits from_bytes(const std::array<unsigned char, N>& bytes) {
    AddressBits address = 0;
    for (const unsigned char byte : bytes) {
        address = address << 8U | byte;
    }
    return address;
}

/// Address and width; the prefix stays.
std::optional<Network> parse_address(const std::string& text) {
    std::array<unsigned char, 4> ipv4{};
    if (inet_pton(AF_INET, text.c_str(), ipv4.data()) == 1) {
        return Network{from_bytes(ipv4), 0, 32};
    }
    std::array<unsigned char, 16> ipv6{};
    if (inet_pton(AF_INET6, text.c_str(), ipv6.data()) == 1) {
        return Network{from_bytes(ipv6), 0, 128};
    }
    return std::nullopt;
}

std::optional<int> parse_prefix(std::string_view text) {
    int prefix = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, prefix);
    const bool padded = text.size() > 1 && text.starts_with('0');
    if (error != std::errc{} || stopped != end || padded || prefix < 0) {
        return std::nullopt;
    }
    return prefix;
}

unsigned group_at(AddressBits address, int index) {
    return static_cast<unsigned>(address >> static_cast<unsigned>(112 - 16 * index)) & 0xFFFFU;
}

struct Run {
    int start = -1;
    int length = 1;  // a single zero is not shortened
};

/// The longest run of zero groups, the first of several.
Run longest_zero_run(AddressBits address) {
    Run best;
    Run current{0, 0};
    for (int i = 0; i < 8; ++i) {
        current =
            group_at(address, i) == 0 ? Run{current.start, current.length + 1} : Run{i + 1, 0};
        best = current.length > best.length ? current : best;
    }
    return best;
}

std::string format_ipv6(AddressBits address) {
    const Run zeros = longest_zero_run(address);
    std::string text;
    for (int i = 0; i < 8; ++i) {
        if (i == zeros.start) {
            text += "::";
            i += zeros.length - 1;
            continue;
        }
        text += text.empty() || text.ends_with(':') ? "" : ":";
        text += fmt::format("{:x}", group_at(address, i));
    }
    return text;
}

}  // namespace

std::optional<Network> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    std::optional<Network> network = parse_address(std::string(text.substr(0, slash)));
    const std::optional<int> prefix = parse_prefix(text.substr(slash + 1));
    if (!network || !prefix || *prefix > network->width) {
        return std::nullopt;
    }
    network->prefix = *prefix;
    network->address &= ~host_mask(*network);
    return network;
}

std::string format_address(AddressBits address, int width) {
    if (width == 128) {
        return format_ipv6(address);
    }
    const auto bits = static_cast<std::uint32_t>(address);
    return fmt::format(
        "{}.{}.{}.{}", bits >> 24U, bits >> 16U & 0xFFU, bits >> 8U & 0xFFU, bits & 0xFFU
    );
}

std::string format_network(const Network& network) {
    return fmt::format("{}/{}", format_address(network.address, network.width), network.prefix);
}

AddressBits host_mask(const Network& network) {
    const int bits = network.width - network.prefix;
    return bits == 128 ? ~AddressBits{0} : (AddressBits{1} << static_cast<unsigned>(bits)) - 1;
}

}  // namespace kiln::hcl::functions
