#include "image/await_image.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace kiln::image {

aws::ec2::Image await_image(
    const aws::ec2::Region& region,
    const std::string& id,
    std::chrono::seconds longest,
    const std::stop_token& stop
) {
    constexpr std::chrono::seconds kFirstLook{1};
    constexpr std::chrono::seconds kRarestLook{15};
    const auto deadline = region.clock().steady_now() + longest;
    for (std::chrono::nanoseconds pause = kFirstLook;;
         pause = std::min<std::chrono::nanoseconds>(pause * 3 / 2, kRarestLook)) {
        const auto found =
            aws::ec2::describe_images(region, {.filters = {{"image-id", {id}}}}, stop);
        const std::string state = found.empty() ? "pending" : found.front().state;
        if (state == "available") {
            return found.front();
        }
        if (state != "pending") {
            throw Error(
                ErrorKind::command, id + " is " + state + ": " + found.front().state_reason
            );
        }
        if (region.clock().steady_now() > deadline) {
            throw Error(ErrorKind::timeout, id + " is still pending");
        }
        if (!region.clock().sleep_for(pause, stop)) {
            throw Error(ErrorKind::interrupted, "interrupted while waiting for " + id);
        }
    }
}

}  // namespace kiln::image
