#include "node/kernel_log.hpp"

#include "base/strings.hpp"
#include "sys/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace kiln::node {

namespace {

constexpr std::size_t kLongestRecord = 8192;  // CONSOLE_EXT_LOG_MAX: a shorter buffer gets EINVAL

}  // namespace

std::vector<std::string> read_kernel_log(const NodeTree& tree) {
    const sys::UniqueFd log(::open(tree.at("/dev/kmsg").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    );
    std::string records;
    std::array<char, kLongestRecord> buffer{};
    while (log) {
        const ssize_t count = ::read(log.get(), buffer.data(), buffer.size());
        if (count > 0) {
            records.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || (errno != EINTR && errno != EPIPE)) {
            break;  // EPIPE: the next record was overwritten, and the one after it comes next
        }
    }
    std::vector<std::string> messages;
    for (const std::string& line : split(records, '\n')) {
        // "6,339,5140900,-;message"; a line that begins with a space tells more of the one before.
        const std::size_t begin = line.find(';');
        if (begin != std::string::npos && !line.starts_with(' ')) {
            messages.push_back(line.substr(begin + 1));
        }
    }
    return messages;
}

}  // namespace kiln::node
