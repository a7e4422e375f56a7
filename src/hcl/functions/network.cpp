#include "hcl/functions/address.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/print.hpp"

#include <utility>

namespace kiln::hcl::functions {

namespace {

FunctionFailure not_a_network(const Value& prefix) {
    return fail_at(
        0, quote_briefly(prefix.as_string()) + " is no network in CIDR form such as \"10.0.0.0/16\""
    );
}

CallResult cidrhost(const Arguments& arguments) {
    const std::optional<Network> network = parse_network(arguments[0].as_string());
    if (!network) {
        return not_a_network(arguments[0]);
    }
    const auto number = whole(arguments[1]);
    if (!number) {
        return not_whole(1, "hostnum");
    }
    const AddressBits last = host_mask(*network);
    const bool from_end = *number < 0;
    // -1 is the last host, so that -(number + 1) are left behind it; this way the least number of
    // all has a counterpart too.
    const auto distance = static_cast<AddressBits>(from_end ? -(*number + 1) : *number);
    if (distance > last) {
        return fail_at(
            1,
            "a prefix of " + std::to_string(network->prefix) + " bits has no host number " +
                std::to_string(*number)
        );
    }
    const AddressBits host = from_end ? last - distance : distance;
    return text_value(format_address(network->address | host, network->width));
}

CallResult cidrnetmask(const Arguments& arguments) {
    const std::optional<Network> network = parse_network(arguments[0].as_string());
    if (!network) {
        return not_a_network(arguments[0]);
    }
    return text_value(format_address(~host_mask(*network), network->width));
}

/// The network with a longer prefix and `number` in the bits won by it.
Network subnet(const Network& network, int new_bits, AddressBits number) {
    Network result = network;
    result.prefix += new_bits;
    const int shift = network.width - result.prefix;
    if (shift < network.width) {
        result.address |= number << static_cast<unsigned>(shift);
    }
    return result;
}

CallResult cidrsubnet(const Arguments& arguments) {
    const std::optional<Network> network = parse_network(arguments[0].as_string());
    if (!network) {
        return not_a_network(arguments[0]);
    }
    const auto new_bits = whole(arguments[1]);
    if (!new_bits || *new_bits < 0) {
        return fail_at(1, "\"newbits\" must be a whole number and not negative");
    }
    if (*new_bits > network->width - network->prefix) {
        return fail_at(
            1,
            "a prefix of " + std::to_string(network->prefix) + " bits cannot be extended by " +
                std::to_string(*new_bits)
        );
    }
    const auto number = whole(arguments[2]);
    if (!number || *number < 0) {
        return fail_at(2, "\"netnum\" must be a whole number and not negative");
    }
    const auto bits = static_cast<int>(*new_bits);
    if (bits < 64 && static_cast<AddressBits>(*number) >> static_cast<unsigned>(bits) != 0) {
        return fail_at(
            2,
            "an extension by " + std::to_string(bits) + " bits has no subnet number " +
                std::to_string(*number)
        );
    }
    return text_value(format_network(subnet(*network, bits, static_cast<AddressBits>(*number))));
}

// More bits in one step would be a mistake: the whole of IPv4 is that large.
constexpr std::int64_t kMaxNewBits = 32;

/// Why `new_bits` cannot extend the network's prefix; "" when it can.
std::string check_new_bits(const Network& network, std::optional<std::int64_t> new_bits) {
    if (!new_bits || *new_bits < 1 || *new_bits > kMaxNewBits) {
        return "\"newbits\" must be a whole number between 1 and 32";
    }
    if (*new_bits > network.width - network.prefix) {
        return "a prefix of " + std::to_string(network.prefix) + " bits cannot be extended by " +
               std::to_string(*new_bits);
    }
    return {};
}

CallResult cidrsubnets(const Arguments& arguments) {
    const std::optional<Network> network = parse_network(arguments[0].as_string());
    if (!network) {
        return not_a_network(arguments[0]);
    }
    const AddressBits last = host_mask(*network);
    Elements subnets;
    AddressBits next = 0;  // the first free address, counted from the network's
    bool full = false;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const auto new_bits = whole(arguments[i]);
        if (std::string error = check_new_bits(*network, new_bits); !error.empty()) {
            return fail_at(i, std::move(error));
        }
        Network subnet = *network;
        subnet.prefix += static_cast<int>(*new_bits);
        const AddressBits mask = host_mask(subnet);
        // A subnet begins at a multiple of its size.
        const AddressBits start = (next + mask) & ~mask;
        if (full || start < next || start > last) {
            return fail_at(
                i, "no room is left in " + quote_briefly(arguments[0].as_string()) + " for this"
            );
        }
        subnet.address |= start;
        subnets.push_back(text_value(format_network(subnet)));
        full = start + mask == last;
        next = start + mask + 1;
    }
    return Value::list(Type::string(), std::move(subnets));
}

}  // namespace

void add_network_functions(FunctionTable& table) {
    const Type string = Type::string();
    table.add(make_function("cidrhost", {text("prefix"), number("hostnum")}, string, cidrhost));
    table.add(make_function("cidrnetmask", {text("prefix")}, string, cidrnetmask));
    table.add(make_function(
        "cidrsubnet", {text("prefix"), number("newbits"), number("netnum")}, string, cidrsubnet
    ));
    table.add(make_variadic(
        "cidrsubnets", {text("prefix")}, number("newbits"), Type::list(string), cidrsubnets
    ));
}

}  // namespace kiln::hcl::functions
