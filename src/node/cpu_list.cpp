#include "node/cpu_list.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace kiln::node {

namespace {

constexpr int kWordBits = 32;

std::optional<int> based_number(std::string_view text, int base) {
    unsigned value = 0;
    const auto [end, problem] =
        std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (problem != std::errc() || end != text.data() + text.size() || text.empty()) {
        return std::nullopt;
    }
    return static_cast<int>(value);
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Error(ErrorKind::input, "CPU list \"" + std::string(text) + "\": " + why);
}

/// Members `used` of every `group` between first and last; without a pattern both are 1.
struct CpuRegion {
    unsigned first = 0;
    unsigned last = 0;
    unsigned used = 1;
    unsigned group = 1;
};

class CpuListReader {
public:
    CpuListReader(std::string_view text, int bits)
        : whole_(text), rest_(text), highest_(static_cast<unsigned>(bits) - 1) {}

    CpuSet read() {
        CpuSet cpus;
        while (skip_separators()) {
            const CpuRegion region = read_region();
            check(region);
            // 64 bits, so that a huge group steps past the end.
            for (std::uint64_t at = region.first; at <= region.last; at += region.group) {
                for (std::uint64_t i = at; i < at + region.used && i <= region.last; ++i) {
                    cpus.insert(static_cast<int>(i));
                }
            }
        }
        return cpus;
    }

private:
    static bool separates(char c) { return c == ',' || c == ' ' || c == '\t'; }
    bool region_ends() const { return rest_.empty() || separates(rest_.front()); }

    bool skip_separators() {
        while (!rest_.empty() && separates(rest_.front())) {
            rest_.remove_prefix(1);
        }
        return !rest_.empty();
    }

    void expect(char c) {
        if (rest_.empty() || rest_.front() != c) {
            const std::string found = rest_.empty() ? "the end" : "\"" + std::string(rest_) + "\"";
            refuse(whole_, std::string("expected '") + c + "' before " + found);
        }
        rest_.remove_prefix(1);
    }

    unsigned read_number() {
        if (rest_.starts_with('N')) {
            rest_.remove_prefix(1);
            return highest_;
        }
        unsigned value = 0;
        const auto [end, problem] =
            std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (problem == std::errc::result_out_of_range) {
            refuse(whole_, "a number is larger than the kernel reads");
        }
        if (problem != std::errc()) {
            const std::string found = rest_.empty() ? "the end" : "\"" + std::string(rest_) + "\"";
            refuse(whole_, "expected a number at " + found);
        }
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }

    CpuRegion read_region() {
        CpuRegion region;
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; };
        const std::string_view all = "all";
        if (rest_.size() >= all.size() &&
            std::equal(all.begin(), all.end(), rest_.begin(), [&](char a, char b) {
                return a == lower(b);
            })) {
            rest_.remove_prefix(all.size());
            region.last = highest_;
        } else {
            region.first = region.last = read_number();
            if (region_ends()) {
                return region;
            }
            expect('-');
            region.last = read_number();
        }
        if (!region_ends()) {
            expect(':');
            region.used = read_number();
            expect('/');
            region.group = read_number();
        }
        return region;
    }

    void check(const CpuRegion& region) const {
        const auto range = std::to_string(region.first) + "-" + std::to_string(region.last);
        if (region.first > region.last) {
            refuse(whole_, "the range " + range + " runs backwards");
        }
        if (region.group == 0 || region.used > region.group) {
            refuse(
                whole_,
                "a pattern takes " + std::to_string(region.used) + " of every " +
                    std::to_string(region.group)
            );
        }
        if (region.last > highest_) {
            refuse(
                whole_,
                "CPU " + std::to_string(region.last) + " can not be: the highest is " +
                    std::to_string(highest_) + ", and the kernel drops the whole list"
            );
        }
    }

    std::string_view whole_;
    std::string_view rest_;
    unsigned highest_;
};

}  // namespace

CpuSet parse_cpu_list(std::string_view text, int bits) {
    return CpuListReader(text.substr(0, text.find('\n')), std::clamp(bits, 1, kMostCpus)).read();
}

std::optional<CpuSet> parse_plain_cpu_list(std::string_view text) {
    text = trim(text);
    CpuSet cpus;
    if (text.empty() || text == "(null)") {
        return cpus;
    }
    for (const std::string& region : split(text, ',')) {
        const std::size_t dash = region.find('-');
        const auto first = based_number(std::string_view(region).substr(0, dash), 10);
        const auto last = dash == std::string::npos
                              ? first
                              : based_number(std::string_view(region).substr(dash + 1), 10);
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
        const auto bits = part.size() <= 8 ? based_number(part, 16) : std::nullopt;
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
