#pragma once

#include "sys/process_runner.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

namespace kiln::exec::qemu {

/// A program that runs beside the build. A thread of its own carries it, so that it dies with kiln
/// however kiln ends (the kernel watches the thread that started it), and with the object.
class BackgroundProcess {
public:
    BackgroundProcess(sys::ProcessRunner& processes, sys::Command command);
    ~BackgroundProcess();
    BackgroundProcess(const BackgroundProcess&) = delete;
    BackgroundProcess& operator=(const BackgroundProcess&) = delete;

    bool has_ended() const { return ended_; }
    /// The end of what it wrote, or why it could not be started.
    std::string last_words();
    /// Ends it, when it has not ended by itself.
    void end() noexcept;

private:
    std::atomic<bool> ended_ = false;
    std::mutex mutex_;
    std::string said_;
    std::jthread carrier_;
};

}  // namespace kiln::exec::qemu
