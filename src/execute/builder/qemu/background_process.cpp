#include "execute/builder/qemu/background_process.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <utility>

namespace kiln::exec::qemu {

namespace {

constexpr std::size_t kLastWords = 4000;

}  // namespace

BackgroundProcess::BackgroundProcess(sys::ProcessRunner& processes, sys::Command command) {
    carrier_ =
        std::jthread([this, &processes, command = std::move(command)](const std::stop_token& stop) {
            const auto listen = [this](sys::OutputStream, std::string_view piece) {
                const std::lock_guard lock(mutex_);
                said_.append(piece);
                if (said_.size() > kLastWords) {
                    said_.erase(0, said_.size() - kLastWords);
                }
            };
            try {
                processes.run(command, listen, stop);
            } catch (const std::exception& error) {
                listen(sys::OutputStream::err, error.what());
            }
            ended_ = true;
        });
}

BackgroundProcess::~BackgroundProcess() {
    end();
}

std::string BackgroundProcess::last_words() {
    const std::lock_guard lock(mutex_);
    return to_valid_utf8(trim(said_));
}

void BackgroundProcess::end() noexcept {
    if (carrier_.joinable()) {
        carrier_.request_stop();
        carrier_.join();
    }
}

}  // namespace kiln::exec::qemu
