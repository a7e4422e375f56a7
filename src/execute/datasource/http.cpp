#include "execute/datasource/http.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <map>
#include <string>
#include <utility>

namespace kiln::exec {

namespace {

net::HttpRequest request_of(const plan::HttpDataOptions& options) {
    net::HttpRequest request;
    request.method = options.method;
    request.url = options.url;
    for (const auto& [name, value] : options.request_headers) {
        request.headers.push_back({name, value});
    }
    request.body = options.request_body.value_or("");
    request.follow_redirects = true;
    return request;
}

// "content-type" is Content-Type to a template: HTTP/2 sends lower case, Packer (as Go's net/http)
// shows capitals.
std::string canonical_name(std::string name) {
    bool capital = true;
    for (char& c : name) {
        if (capital && c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        } else if (!capital && c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
        capital = c == '-';
    }
    return name;
}

hcl::Value header_map(const net::Headers& headers) {
    std::map<std::string, std::string> joined;
    for (const net::Header& header : headers) {
        std::string& value = joined[canonical_name(header.name)];
        value += (value.empty() ? "" : ", ") + header.value;
    }
    hcl::Members members;
    for (const auto& [name, value] : joined) {
        members.emplace(name, hcl::Value::string(to_valid_utf8(value)));
    }
    return hcl::Value::map(hcl::Type::string(), std::move(members));
}

}  // namespace

hcl::Value read_http(const plan::HttpDataOptions& options, net::HttpTransport& http) {
    const net::HttpOutcome outcome = http.send(request_of(options), {});
    if (const auto* failure = std::get_if<net::TransportFailure>(&outcome)) {
        throw Error(ErrorKind::network, failure->message);
    }
    const auto& response = std::get<net::HttpResponse>(outcome);
    if (response.status < 200 || response.status > 299) {
        throw Error(
            ErrorKind::network,
            options.url + " answers with status " + std::to_string(response.status) +
                ", expected 200 to 299"
        );
    }
    if (!is_valid_utf8(response.body)) {
        throw Error(ErrorKind::network, options.url + " answers with bytes that are not UTF-8");
    }
    return hcl::Value::object(
        {{"url", hcl::Value::string(options.url)},
         {"body", hcl::Value::string(response.body)},
         {"request_headers", header_map(response.headers)}}
    );
}

}  // namespace kiln::exec
