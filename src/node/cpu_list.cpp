#include "node/cpu_list.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace kiln::node {

namespace {

constexpr int kMostCpus = 8192;  // NR_CPUS of the largest x86 kernels
constexpr int kWordBits = 32;

std::optional<int> number(std::string_view text, int base) {
    unsigned value = 0;
    const auto [end, problem] =
        std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (problem != std::errc() || end != text.data() + text.size() || text.empty()) {
        return std::nullopt;
    }
    return static_cast<int>(value);
}

}  // namespace

std::optional<CpuSet> parse_plain_cpu_list(std::string_view text) {
    text = trim(text);
    CpuSet cpus;
    if (text.empty() || text == "(null)") {
        return cpus;
    }
    for (const std::string& region : split(text, ',')) {
        const std::size_t dash = region.find('-');
        const auto first = number(std::string_view(region).substr(0, dash), 10);
        const auto last = dash == std::string::npos
                              ? first
                              : number(std::string_view(region).substr(dash + 1), 10);
        if (!first || !last || *first > *last || *first < 0 || *last >= kMostCpus) {
            return std::nullopt;
        }
        for (int cpu = *first; cpu <= *last; ++cpu) {
            cpus.insert(cpu);
        }
    }
    return cpus;
}

std::string print_cpu_list(const CpuSet& cpus) {
    std::string text;
    for (auto cpu = cpus.begin(); cpu != cpus.end();) {
        const int first = *cpu;
        int last = first;
        while (++cpu != cpus.end() && *cpu == last + 1) {
            last = *cpu;
        }
        text += (text.empty() ? "" : ",") + std::to_string(first);
        if (last != first) {
            text += "-" + std::to_string(last);
        }
    }
    return text;
}

std::optional<CpuSet> parse_cpu_mask(std::string_view text) {
    CpuSet cpus;
    const std::vector<std::string> parts = split(trim(text), ',');
    int first = kWordBits * static_cast<int>(parts.size());
    for (const std::string& part : parts) {
        first -= kWordBits;
        const auto bits = part.size() <= 8 ? number(part, 16) : std::nullopt;
        if (!bits) {
            return std::nullopt;
        }
        for (int bit = 0; bit < kWordBits; ++bit) {
            if ((static_cast<unsigned>(*bits) >> bit & 1U) != 0) {
                cpus.insert(first + bit);
            }
        }
    }
    return cpus;
}

std::string print_cpu_mask(const CpuSet& cpus) {
    const int words = cpus.empty() ? 1 : *cpus.rbegin() / kWordBits + 1;
    std::string text;
    for (int word = words - 1; word >= 0; --word) {
        unsigned bits = 0;
        for (int bit = 0; bit < kWordBits; ++bit) {
            bits |= cpus.contains(word * kWordBits + bit) ? 1U << bit : 0U;
        }
        char digits[9];
        const auto [end, problem] = std::to_chars(digits, digits + sizeof digits, bits, 16);
        std::string part(digits, end);
        if (!text.empty()) {
            part.insert(0, 8 - part.size(), '0');
            text += ",";
        }
        text += part;
    }
    return text;
}

bool intersects(const CpuSet& a, const CpuSet& b) {
    return std::any_of(a.begin(), a.end(), [&](int cpu) { return b.contains(cpu); });
}

CpuSet difference(const CpuSet& a, const CpuSet& b) {
    CpuSet rest;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(rest, rest.end()));
    return rest;
}

}  // namespace kiln::node
