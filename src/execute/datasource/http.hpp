#pragma once

#include "hcl/value.hpp"
#include "net/http.hpp"
#include "plan/options/data_sources.hpp"

namespace kiln::exec {

/// Data source `http`: asks, and yields `url`, `body` and, under Packer's name for them,
/// `request_headers`: the headers of the answer. Redirects are followed. Throws Error{network} when
/// no answer comes, or one that is not of 2xx or not text in UTF-8.
hcl::Value read_http(const plan::HttpDataOptions& options, net::HttpTransport& http);

}  // namespace kiln::exec
