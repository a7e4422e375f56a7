#pragma once

#include "execute/events.hpp"

#include <utility>
#include <vector>

namespace kiln::report {

/// Hands every event to several listeners, which must outlive it.
class Tee : public exec::EventSink {
public:
    explicit Tee(std::vector<exec::EventSink*> listeners) : listeners_(std::move(listeners)) {}

    void on_event(const exec::Event& event) override {
        for (exec::EventSink* listener : listeners_) {
            listener->on_event(event);
        }
    }

private:
    std::vector<exec::EventSink*> listeners_;
};

}  // namespace kiln::report
