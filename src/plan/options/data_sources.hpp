#pragma once

#include "plan/option_table.hpp"

#include <map>
#include <optional>
#include <string>

namespace kiln::plan {

/// Data source `null`: what it is given.
struct NullDataOptions {
    std::string input = "";

    bool operator==(const NullDataOptions&) const = default;

    static const OptionTable& options();
};

/// Data source `http`: the body of an answer.
struct HttpDataOptions {
    std::string url = "";
    std::string method = "GET";
    std::map<std::string, std::string> request_headers;
    std::optional<std::string> request_body;

    bool operator==(const HttpDataOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
