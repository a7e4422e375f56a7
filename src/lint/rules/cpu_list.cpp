#include "lint/rules/cpu_list.hpp"

#include "base/strings.hpp"

#include <charconv>
#include <string>

namespace kiln::lint {

namespace {

constexpr int kMaxCpu = 8191;  // the kernel's largest NR_CPUS is 8192

std::optional<int> read_number(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && number >= 0 && number <= kMaxCpu ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::set<int>> read_cpu_list(std::string_view text) {
    std::set<int> cpus;
    for (const std::string& part : split(text, ',')) {
        const std::size_t dash = part.find('-');
        const std::optional<int> first = read_number(part.substr(0, dash));
        const std::optional<int> last =
            dash == std::string::npos ? first : read_number(part.substr(dash + 1));
        if (!first || !last) {
            return std::nullopt;
        }
        for (int cpu = *first; cpu <= *last; ++cpu) {
            cpus.insert(cpu);
        }
    }
    return cpus;
}

}  // namespace kiln::lint
