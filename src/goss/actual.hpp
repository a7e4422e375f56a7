#pragma once

#include "goss/facts.hpp"
#include "goss/spec.hpp"

#include <string_view>

namespace kiln::goss {

/// A fact that a machine did not tell; the text says why.
struct NoFact {
    std::string reason;
};

/// What an attribute of a resource is on the machine. Throws NoFact.
Value actual_value(const Resource& resource, std::string_view attribute, const Facts& facts);

// By kind.
Value actual_of_file(const Resource& file, std::string_view attribute, const Facts& facts);
Value actual_of_package(const Resource& package, std::string_view attribute, const Facts& facts);
Value actual_of_service(const Resource& service, std::string_view attribute, const Facts& facts);
Value actual_of_account(const Resource& account, std::string_view attribute, const Facts& facts);
Value actual_of_mount(const Resource& mount, std::string_view attribute, const Facts& facts);
Value actual_of_network(const Resource& resource, std::string_view attribute, const Facts& facts);
Value actual_of_http(const Resource& http, std::string_view attribute, const Facts& facts);

/// Throws NoFact when there is no answer of that key.
const Fact& fact_of(const Facts& facts, const std::string& key);

}  // namespace kiln::goss
