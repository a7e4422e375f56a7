#pragma once

#include "publish/request_window.hpp"

#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace kiln::publish {

/// Runs `step(worker, stop)` again and again in up to `most` threads, as many at once as the window
/// admits, until one call returns false: nothing is left to begin. The first exception stops all,
/// and goes on out.
template <class Step>
void run_crew(RequestWindow& window, int most, const std::stop_token& outer, const Step& step) {
    std::stop_source ending;
    const std::stop_callback forward(outer, [&ending] { ending.request_stop(); });
    std::mutex mutex;
    std::exception_ptr failure;
    const auto work = [&](int number) {
        try {
            while (window.wait_for_turn(number, ending.get_token())) {
                if (!step(number, ending.get_token())) {
                    window.close();
                }
            }
        } catch (...) {
            const std::lock_guard lock(mutex);
            failure = failure ? failure : std::current_exception();
            ending.request_stop();
        }
    };
    {
        std::vector<std::jthread> crew;
        for (int number = 0; number < most; ++number) {
            crew.emplace_back([&work, number] { work(number); });
        }
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace kiln::publish
