#pragma once

#include "execute/machine.hpp"

#include <map>
#include <string>
#include <utility>

namespace kiln::exec {

/// A machine made of what a test gives it.
class FakeMachine final : public Machine {
public:
    explicit FakeMachine(
        Communicator* communicator = nullptr,
        std::map<std::string, std::string> values = {},
        StepLayers* layers = nullptr
    )
        : communicator_(communicator), values_(std::move(values)), layers_(layers) {}

    Communicator& communicator() override { return *communicator_; }
    const std::map<std::string, std::string>& build_values() const override { return values_; }
    StepLayers* step_layers() override { return layers_; }

private:
    Communicator* communicator_;
    std::map<std::string, std::string> values_;
    StepLayers* layers_;
};

}  // namespace kiln::exec
