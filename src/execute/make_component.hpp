#pragma once

#include "execute/components.hpp"

#include <memory>
#include <string>

namespace kiln::exec {

/// The component as it is to run: its options evaluated with the values of the running build.
template <class T>
std::unique_ptr<T> make_component(
    const Components::Factories<T>& factories,
    const plan::Component& component,
    const plan::BuildValues& values
) {
    const auto factory = factories.find(component.type);
    if (factory == factories.end()) {
        throw Error(
            ErrorKind::unsupported,
            "\"" + component.type + "\" is not among the components that kiln can run",
            component.range
        );
    }
    return factory->second(
        component.uses_build_values ? plan::finish(component, values) : component.options
    );
}

}  // namespace kiln::exec
