#include "publish/request_window.hpp"

#include <algorithm>

namespace kiln::publish {

namespace {

constexpr int kStart = 8;
constexpr double kWorthIt = 1.2;  // so much faster must the last doubling have made it
constexpr std::chrono::milliseconds kBetweenHalvings{500};

}  // namespace

RequestWindow::RequestWindow(int most, Time began)
    : most_(std::max(1, most)), size_(std::min(kStart, most_)), round_began_(began) {}

bool RequestWindow::wait_for_turn(int number, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return closed_ || number < size_; });
    return !closed_ && !stop.stop_requested();
}

void RequestWindow::begin_round(Time now) {
    done_ = 0;
    round_began_ = now;
}

void RequestWindow::went_well(Time now) {
    const std::lock_guard lock(mutex_);
    // Two answers a place, so that the first ones of a new size do not count for the whole.
    if (++done_ < 2 * size_) {
        return;
    }
    const std::chrono::duration<double> passed = now - round_began_;
    const double rate = done_ / std::max(passed.count(), 1e-6);
    begin_round(now);
    if (rate > best_rate_ * kWorthIt && size_ < most_) {
        best_rate_ = rate;
        size_ = std::min(most_, size_ * 2);
        changed_.notify_all();
    }
}

void RequestWindow::is_too_wide(Time now) {
    const std::lock_guard lock(mutex_);
    if (now - narrowed_at_ < kBetweenHalvings && narrowed_at_ != Time{}) {
        return;
    }
    narrowed_at_ = now;
    size_ = std::max(1, size_ / 2);
    best_rate_ = 0;
    begin_round(now);
}

void RequestWindow::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

int RequestWindow::size() const {
    const std::lock_guard lock(mutex_);
    return size_;
}

}  // namespace kiln::publish
