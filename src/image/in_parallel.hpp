#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace kiln::image {

/// Requests of one command that are under way at the same time, each to a region of its own.
constexpr std::size_t kRegionsAtOnce = 8;

/// Calls `work(0)` to `work(count - 1)`, a few at a time. What one throws is thrown when all have
/// ended; the others are done nevertheless.
template <class Work>
void in_parallel(std::size_t count, const Work& work) {
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::exception_ptr thrown;
    const auto take_turns = [&] {
        for (std::size_t turn = next++; turn < count; turn = next++) {
            try {
                work(turn);
            } catch (...) {
                const std::lock_guard lock(mutex);
                thrown = thrown ? thrown : std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < std::min(count, kRegionsAtOnce); ++i) {
            threads.emplace_back(take_turns);
        }
        take_turns();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

}  // namespace kiln::image
