#pragma once

#include "aws/credential_source.hpp"
#include "sys/clock.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

namespace kiln::aws {

/// Keys that were lent for a code of an MFA device. STS takes a code once, while each region of a
/// run asks for keys of its own: the first asks with the code, and the others get what it got.
class RolesByCode {
public:
    using Ask = std::function<Credentials()>;

    /// What `ask` brought for this role and code, now or before. Error{permission} when that has
    /// ended, since nobody can type another code in the middle of a build.
    Credentials get(const AssumedRole& role, sys::Clock& clock, const Ask& ask);

private:
    std::mutex mutex_;  ///< held while STS is asked, so that a second one waits for the answer
    std::unordered_map<std::string, Credentials> lent_;
};

}  // namespace kiln::aws
