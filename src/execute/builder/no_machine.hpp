#pragma once

#include "execute/communicator/none_communicator.hpp"
#include "execute/machine.hpp"

#include <map>
#include <string>
#include <utility>

namespace kiln::exec {

/// What builders hand to provisioners that make no machine: only those that work on this host have
/// anything to do.
class NoMachine final : public Machine {
public:
    NoMachine() = default;
    /// `id` is what build.ID gives.
    explicit NoMachine(const std::string& id) { values_.emplace("ID", id); }
    /// With more of what build.* gives.
    explicit NoMachine(std::map<std::string, std::string> values) : values_(std::move(values)) {
        values_.emplace("ConnType", "none");
    }

    Communicator& communicator() override { return communicator_; }
    const std::map<std::string, std::string>& build_values() const override { return values_; }

private:
    NoneCommunicator communicator_;
    std::map<std::string, std::string> values_ = {{"ConnType", "none"}};
};

}  // namespace kiln::exec
