#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace kiln::publish {

/// How many requests may be in flight. It begins small, doubles for as long as that brings more
/// requests a second, and halves when the far end, or the way there, has too many: where each takes
/// a tenth of a second a hundred are needed for a thousand a second, and where the line is slow
/// eight are plenty and a hundred only fill buffers.
class RequestWindow {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// At most `most`, from 1. The first request is sent at `began`: counted from its answer, the
    /// first round would seem as fast as the next, which is twice as wide.
    RequestWindow(int most, Time began);

    /// Waits until worker `number` (from 0) may send. False on a stop, and after close().
    bool wait_for_turn(int number, const std::stop_token& stop);
    /// A request was answered.
    void went_well(Time now);
    /// There are too many: throttled, timed out. Counts once for all that were in flight together.
    void is_too_wide(Time now);
    /// There is nothing more to do.
    void close();

    int size() const;

private:
    void begin_round(Time now);

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    int most_;
    int size_;
    bool closed_ = false;
    int done_ = 0;  ///< since the round began
    Time round_began_;
    double best_rate_ = 0;  ///< requests a second, of the rounds since the last halving
    Time narrowed_at_{};
};

}  // namespace kiln::publish
