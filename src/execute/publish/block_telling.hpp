#pragma once

#include "execute/build_context.hpp"
#include "sys/clock.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace kiln::exec {

/// Tells how far blocks have come, a few times a second, in the form that publish/ calls.
class BlockTelling {
public:
    BlockTelling(const BuildContext& context, std::string what)
        : context_(&context), what_(std::move(what)), told_(std::make_shared<Time>()) {}

    void operator()(std::int64_t done_bytes, std::int64_t total_bytes) const {
        constexpr std::chrono::milliseconds kBetween{200};
        const Time now = context_->effects.clock.steady_now();
        const bool is_last = done_bytes == total_bytes;
        if (now - *told_ < kBetween && !is_last) {
            return;
        }
        *told_ = now;
        context_->events.on_event(Progressed{
            context_->build.name, what_, done_bytes, total_bytes, Progressed::Unit::bytes, is_last}
        );
    }

private:
    using Time = std::chrono::steady_clock::time_point;

    const BuildContext* context_;
    std::string what_;
    std::shared_ptr<Time> told_;
};

}  // namespace kiln::exec
