#include "prove/hygiene.hpp"

#include <iterator>

namespace kiln::prove {

std::vector<Check> hygiene_checks() {
    std::vector<Check> checks;
    for (std::vector<Check> part :
         {access_checks(), secret_checks(), identity_checks(), leaving_checks()}) {
        std::move(part.begin(), part.end(), std::back_inserter(checks));
    }
    for (Check& check : checks) {
        check.group = "hygiene";
    }
    return checks;
}

}  // namespace kiln::prove
