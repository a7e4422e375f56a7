#pragma once

#include "sys/clock.hpp"

#include <mutex>

namespace kiln::sys {

/// A clock that stands still; sleeping moves it on without waiting. May be shared by threads.
class FakeClock final : public Clock {
public:
    std::chrono::steady_clock::time_point steady_now() override {
        std::scoped_lock lock(mutex_);
        return std::chrono::steady_clock::time_point(elapsed_);
    }
    std::chrono::system_clock::time_point wall_now() override {
        std::scoped_lock lock(mutex_);
        return start_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(elapsed_);
    }
    bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) override {
        if (stop.stop_requested()) {
            return false;
        }
        advance(duration);
        return true;
    }

    void advance(std::chrono::nanoseconds duration) {
        std::scoped_lock lock(mutex_);
        elapsed_ += duration;
    }
    std::chrono::nanoseconds elapsed() {
        std::scoped_lock lock(mutex_);
        return elapsed_;
    }

private:
    std::mutex mutex_;
    std::chrono::nanoseconds elapsed_{};
    // 2024-01-02T03:04:05Z: a moment whose fields all differ.
    std::chrono::system_clock::time_point start_{std::chrono::seconds(1704164645)};
};

}  // namespace kiln::sys
