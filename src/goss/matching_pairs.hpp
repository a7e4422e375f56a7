#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace kiln::goss {

/// The most pairs of a left and a right thing that fit, each used once: for every left one the
/// right one that it has (augmenting paths, so the time is left * left * right at worst).
template <class Fits>
std::vector<std::optional<std::size_t>> match_pairs(
    std::size_t left, std::size_t right, const Fits& fits
) {
    std::vector<std::vector<std::size_t>> edges(left);
    for (std::size_t i = 0; i < left; ++i) {
        for (std::size_t j = 0; j < right; ++j) {
            if (fits(i, j)) {
                edges[i].push_back(j);
            }
        }
    }
    std::vector<std::optional<std::size_t>> owner(right);
    std::vector<std::optional<std::size_t>> pair(left);
    for (std::size_t start = 0; start < left; ++start) {
        // Breadth first from `start`: `from` is the left one that reached a right one.
        std::vector<std::optional<std::size_t>> from(right);
        std::vector<std::size_t> queue = {start};
        std::optional<std::size_t> free;
        for (std::size_t at = 0; at < queue.size() && !free; ++at) {
            for (const std::size_t j : edges[queue[at]]) {
                if (from[j]) {
                    continue;
                }
                from[j] = queue[at];
                if (!owner[j]) {
                    free = j;
                    break;
                }
                queue.push_back(*owner[j]);
            }
        }
        while (free) {
            const std::size_t i = *from[*free];
            const std::optional<std::size_t> before = pair[i];
            owner[*free] = i;
            pair[i] = free;
            free = i == start ? std::nullopt : before;
        }
    }
    return pair;
}

}  // namespace kiln::goss
