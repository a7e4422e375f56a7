#pragma once

#include "execute/post_processor.hpp"
#include "plan/options/provenance.hpp"

#include <memory>

namespace kiln::exec {

/// Writes what the artifact was made from as an in-toto statement with SLSA provenance; signed when
/// there is a key.
std::unique_ptr<PostProcessor> make_provenance_post_processor(plan::ProvenanceOptions options);

}  // namespace kiln::exec
