#pragma once

#include "execute/communicator/communicator.hpp"
#include "execute/step_layers.hpp"

#include <map>
#include <string>

namespace kiln::exec {

/// Something reachable through a Communicator that provisioners shape. Made by a Builder, which
/// knows where it runs; a provisioner does not.
class Machine {
public:
    virtual ~Machine() = default;

    /// Starts what is needed to reach the machine on first use (a machine whose steps are all in
    /// the cache is never started).
    virtual Communicator& communicator() = 0;

    /// What `build.*` references and the `build` template function give at run time: ID, Host,
    /// User, ConnType, ... and the builder's own.
    virtual const std::map<std::string, std::string>& build_values() const = 0;

    /// The machine's cache of step results; null when it has none.
    virtual StepLayers* step_layers() { return nullptr; }
};

}  // namespace kiln::exec
