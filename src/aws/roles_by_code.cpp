#include "aws/roles_by_code.hpp"

#include "base/error.hpp"

namespace kiln::aws {

Credentials RolesByCode::get(const AssumedRole& role, sys::Clock& clock, const Ask& ask) {
    const std::string use = role.role_arn + "\n" + role.mfa_serial + "\n" + role.mfa_code.reveal();
    const std::lock_guard lock(mutex_);
    const auto found = lent_.find(use);
    if (found == lent_.end()) {
        return lent_.emplace(use, ask()).first->second;
    }
    const auto& ends = found->second.expires_at;
    if (ends && *ends <= clock.wall_now()) {
        throw Error(
            ErrorKind::permission, "the keys that the code of " + role.mfa_serial + " brought ended"
        )
            .set_hint("ask for longer ones with duration_seconds in the profile, and a new code");
    }
    return found->second;
}

}  // namespace kiln::aws
