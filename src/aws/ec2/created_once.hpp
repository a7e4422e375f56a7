#pragma once

#include "aws/ec2/region.hpp"
#include "base/error.hpp"

#include <chrono>
#include <optional>
#include <stop_token>

namespace kiln::aws::ec2 {

/// The tag that tells whose a resource is: kiln gives it to all that it creates, from the first
/// moment, with a value that no other build has.
constexpr const char* kMarkTag = "kiln:run";

/// Creates a thing by an action that knows no client token. Such a call is never sent blindly a
/// second time: when its answer got lost, `find` looks whether the thing is there, for as long as
/// EC2 may take to show it, and only then it is sent again, once. "Duplicate" means that an earlier
/// try worked when `find` finds it.
template <class ReadId, class Find>
std::string created_once(
    const Region& region,
    const Action& action,
    const Parameters& parameters,
    const ReadId& read_id,
    const Find& find,
    const std::stop_token& stop
) {
    constexpr std::chrono::seconds kBetweenLooks{2};
    constexpr int kLooks = 5;
    for (bool again = false;; again = true) {
        const ReplyOrError outcome = region.attempt(action, parameters, stop);
        const auto* error = std::get_if<ServiceError>(&outcome);
        if (error == nullptr) {
            return read_id(std::get<Reply>(outcome));
        }
        const bool lost = error->may_have_happened;
        if (!lost && !error->code.ends_with("Duplicate")) {
            throw region.to_error(*error, action);
        }
        for (int look = 0; look < (lost ? kLooks : 1); ++look) {
            if (look > 0 && !region.clock().sleep_for(kBetweenLooks, stop)) {
                throw Error(ErrorKind::interrupted, "interrupted while looking for what was made");
            }
            if (const std::optional<std::string> id = find()) {
                return *id;
            }
        }
        if (again || !lost) {
            throw region.to_error(*error, action);
        }
    }
}

}  // namespace kiln::aws::ec2
