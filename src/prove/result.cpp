#include "prove/result.hpp"

namespace kiln::prove {

std::string to_string(Status status) {
    switch (status) {
        case Status::pass:
            return "pass";
        case Status::warn:
            return "warn";
        case Status::fail:
            return "fail";
        case Status::skip:
            return "skip";
    }
    return "";
}

Counts count(const std::vector<Result>& results) {
    Counts counts;
    for (const Result& result : results) {
        switch (result.status) {
            case Status::pass:
                ++counts.passed;
                break;
            case Status::warn:
                ++counts.warned;
                break;
            case Status::fail:
                ++counts.failed;
                break;
            case Status::skip:
                ++counts.skipped;
                break;
        }
    }
    return counts;
}

bool is_good(const std::vector<Result>& results, bool strict) {
    const Counts counts = count(results);
    return counts.failed == 0 && (!strict || counts.warned == 0);
}

}  // namespace kiln::prove
