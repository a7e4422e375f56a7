#pragma once

#include "goss/facts.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::goss {

/// What asks a machine for many facts at once.
struct Batch {
    std::string script;  ///< for a POSIX shell (dash, bash, busybox) as an argument of `sh -c`
    std::vector<FactRequest> requests;
};

/// Scripts that ask for everything, each short enough for one command line: one round trip each,
/// and one for all in nearly every case. `nonce` sets the frames of the answer apart from what
/// files and commands hold: letters and digits that nobody can guess. `environment` is what
/// commands of the tests see besides.
std::vector<Batch> make_batches(
    const std::vector<FactRequest>& requests,
    const std::string& nonce,
    const std::map<std::string, std::string>& environment
);

/// Adds the answers to `facts`. False when the answer is not whole: the shell was killed, or said
/// something else.
bool read_answer(
    const Batch& batch, const std::string& nonce, std::string_view answer, Facts& facts
);

}  // namespace kiln::goss
