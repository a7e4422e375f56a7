#pragma once

#include "execute/builder.hpp"
#include "execute/post_processor.hpp"
#include "execute/provisioner.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace kiln::exec {

/// How each type that a template names is made, from its finished options. A value: a test brings
/// its own.
struct Components {
    template <class T>
    using Factories =
        std::map<std::string, std::function<std::unique_ptr<T>(const plan::DecodedOptions&)>>;

    Factories<Builder> builders;
    Factories<Provisioner> provisioners;
    Factories<PostProcessor> post_processors;
};

/// All that kiln has.
Components standard_components();

}  // namespace kiln::exec
