#include "execute/communicator/ssh/transfer_meter.hpp"

#include <utility>

namespace kiln::exec {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstAfter{500};
constexpr std::chrono::milliseconds kEvery{200};

}  // namespace

TransferMeter::TransferMeter(const TransferListener& listener, std::string what, std::int64_t total)
    : listener_(listener),
      what_(std::move(what)),
      total_(total),
      next_(steady_clock::now() + kFirstAfter) {}

TransferMeter::~TransferMeter() {
    if (has_told_) {
        listener_(what_, done_, total_, true);
    }
}

void TransferMeter::add(std::size_t bytes) {
    done_ += static_cast<std::int64_t>(bytes);
    if (!listener_ || steady_clock::now() < next_) {
        return;
    }
    listener_(what_, done_, total_, false);
    has_told_ = true;
    next_ = steady_clock::now() + kEvery;
}

}  // namespace kiln::exec
