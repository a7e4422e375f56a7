#pragma once

#include "base/error.hpp"
#include "sys/clock.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace kiln::exec {

/// Looks at things of one kind in one region by few calls: whoever asks while a call is under way
/// is answered by the next one, together with all who asked meanwhile. Of two calls for several the
/// second waits for half a second, so that as many as can join it; one that asks alone never waits.
/// Item has an `id`. Safe to use from several threads.
template <class Item>
class SharedLooks {
public:
    /// The items that are there of `ids`, of which there are at most kMostIds.
    using Ask =
        std::function<std::vector<Item>(const std::vector<std::string>& ids, std::stop_token stop)>;
    /// Values that one filter of EC2 may have.
    static constexpr std::size_t kMostIds = 200;

    SharedLooks(Ask ask, sys::Clock& clock) : ask_(std::move(ask)), clock_(clock) {}

    /// Nothing when there is none of that id (yet). Throws what `ask` throws, when it was asked on
    /// behalf of this caller, and Error{interrupted} on a stop.
    std::optional<Item> at(const std::string& id, const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        std::shared_ptr<Round> round = join(id);
        while (round->state != State::answered) {
            if (round->state == State::failed) {
                round = join(id);
            }
            if (!is_asking_) {
                lead(lock, stop);
            } else if (!changed_.wait(lock, stop, [&] {
                           return !is_asking_ || round->state != State::gathering;
                       })) {
                throw interrupted();
            }
        }
        const auto found = round->items.find(id);
        return found == round->items.end() ? std::nullopt : std::optional(found->second);
    }

    /// How many ids wait for the next call.
    std::size_t queued() const {
        const std::lock_guard lock(mutex_);
        return next_->ids.size();
    }

private:
    enum class State { gathering, answered, failed };
    /// Those who are answered by the same call.
    struct Round {
        State state = State::gathering;
        std::set<std::string> ids;
        std::map<std::string, Item> items;
    };

    static Error interrupted() {
        return Error(ErrorKind::interrupted, "interrupted while waiting for EC2");
    }

    std::shared_ptr<Round> join(const std::string& id) {
        next_->ids.insert(id);
        return next_;
    }

    /// Asks for the round that gathers. The lock is held before and after.
    void lead(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
        constexpr std::chrono::milliseconds kBetweenRounds{500};
        const auto earliest = last_size_ > 1 ? last_ + kBetweenRounds : last_;
        const auto pause = earliest - clock_.steady_now();
        is_asking_ = true;
        lock.unlock();
        const bool goes_on = pause.count() <= 0 || clock_.sleep_for(pause, stop);
        lock.lock();
        if (!goes_on) {
            end();  // the round goes on gathering, and another one leads it
            throw interrupted();
        }
        const std::shared_ptr<Round> round = std::exchange(next_, std::make_shared<Round>());
        const std::vector<std::string> ids(round->ids.begin(), round->ids.end());
        lock.unlock();
        try {
            std::map<std::string, Item> items = ask_all(ids, stop);
            lock.lock();
            round->items = std::move(items);
            round->state = State::answered;
        } catch (...) {
            // It is the leader's alone: the others ask again.
            lock.lock();
            round->state = State::failed;
            end();
            throw;
        }
        last_ = clock_.steady_now();
        last_size_ = ids.size();
        end();
    }

    void end() {
        is_asking_ = false;
        changed_.notify_all();
    }

    std::map<std::string, Item> ask_all(
        const std::vector<std::string>& ids, const std::stop_token& stop
    ) const {
        std::map<std::string, Item> items;
        for (auto from = ids.begin(); from != ids.end();) {
            const auto left = static_cast<std::size_t>(ids.end() - from);
            const auto to = from + static_cast<std::ptrdiff_t>(std::min(left, kMostIds));
            for (Item& item : ask_({from, to}, stop)) {
                std::string id = item.id;
                items.emplace(std::move(id), std::move(item));
            }
            from = to;
        }
        return items;
    }

    Ask ask_;
    sys::Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    bool is_asking_ = false;
    std::shared_ptr<Round> next_ = std::make_shared<Round>();
    std::chrono::steady_clock::time_point last_{};
    std::size_t last_size_ = 0;
};

}  // namespace kiln::exec
