#pragma once

#include <chrono>
#include <stop_token>

namespace kiln::sys {

/// The door to time.
class Clock {
public:
    virtual ~Clock() = default;

    virtual std::chrono::steady_clock::time_point steady_now() = 0;
    virtual std::chrono::system_clock::time_point wall_now() = 0;
    /// Returns false, at once, when a stop is requested before the time is over.
    virtual bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) = 0;
};

class RealClock final : public Clock {
public:
    std::chrono::steady_clock::time_point steady_now() override;
    std::chrono::system_clock::time_point wall_now() override;
    bool sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) override;
};

}  // namespace kiln::sys
