#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::hcl::functions {

__extension__ using AddressBits = unsigned __int128;

/// An IPv4 or IPv6 network: the address with zeros behind the prefix, right-aligned in `address`.
struct Network {
    AddressBits address = 0;
    int prefix = 0;  ///< bits
    int width = 32;  ///< bits of an address: 32 or 128

    bool operator==(const Network&) const = default;
};

/// "10.0.0.0/16", "fd00::/8"; bits behind the prefix may be set and are dropped.
std::optional<Network> parse_network(std::string_view text);

std::string format_address(AddressBits address, int width);
std::string format_network(const Network& network);

/// How many addresses a network has, less one: all bits behind the prefix.
AddressBits host_mask(const Network& network);

}  // namespace kiln::hcl::functions
