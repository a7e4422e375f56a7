#pragma once

#include "aws/credentials.hpp"
#include "sys/clock.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

namespace kiln::aws {

/// Keeps keys until they come near their end, and then fetches new ones: one caller fetches while
/// the others go on with the old ones as long as these hold. Builds take hours, and cleaning up
/// needs keys too.
class CredentialCache {
public:
    using Fetch = std::function<Credentials(std::stop_token)>;

    CredentialCache(sys::Clock& clock, Fetch fetch);

    /// Keys that hold for some minutes yet. With `renew`, new ones in any case.
    Credentials get(bool renew, std::stop_token stop);

private:
    enum class Age { fresh, ageing, spent };
    Age age() const;

    sys::Clock& clock_;
    Fetch fetch_;
    std::mutex mutex_;        ///< guards `current_`
    std::mutex fetch_mutex_;  ///< held by the one that fetches
    std::optional<Credentials> current_;
};

}  // namespace kiln::aws
