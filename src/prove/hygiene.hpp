#pragma once

#include "prove/check.hpp"

#include <vector>

namespace kiln::prove {

/// What must not stay behind in an image that many machines start from: what tells them from each
/// other, what lets somebody in, what is secret, and what the build left lying about.
std::vector<Check> hygiene_checks();

// The parts that it is made of.
std::vector<Check> access_checks();    ///< keys, passwords, accounts, sudo
std::vector<Check> secret_checks();    ///< private keys, credentials, histories
std::vector<Check> identity_checks();  ///< what has to be a machine's own
std::vector<Check> leaving_checks();   ///< logs, caches, temporary files

}  // namespace kiln::prove
