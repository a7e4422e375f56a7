#include "sys/clock.hpp"

#include <condition_variable>
#include <mutex>

namespace kiln::sys {

std::chrono::steady_clock::time_point RealClock::steady_now() {
    return std::chrono::steady_clock::now();
}

std::chrono::system_clock::time_point RealClock::wall_now() {
    return std::chrono::system_clock::now();
}

bool RealClock::sleep_for(std::chrono::nanoseconds duration, std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
}

}  // namespace kiln::sys
