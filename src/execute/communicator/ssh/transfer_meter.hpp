#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace kiln::exec {

/// Hears how far a transfer is: bytes so far, of how many (0 when that is not known), and whether
/// it has ended.
using TransferListener = std::function<
    void(const std::string& what, std::int64_t done, std::int64_t total, bool finished)>;

/// Counts the bytes of one transfer, and tells of it now and then. One that is over in a moment
/// makes no noise.
class TransferMeter {
public:
    TransferMeter(const TransferListener& listener, std::string what, std::int64_t total);
    ~TransferMeter();
    TransferMeter(const TransferMeter&) = delete;
    TransferMeter& operator=(const TransferMeter&) = delete;

    void add(std::size_t bytes);

private:
    const TransferListener& listener_;
    std::string what_;
    std::int64_t done_ = 0;
    std::int64_t total_;
    std::chrono::steady_clock::time_point next_;
    bool has_told_ = false;
};

}  // namespace kiln::exec
