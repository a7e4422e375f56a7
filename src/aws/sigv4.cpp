#include "aws/sigv4.hpp"

#include "aws/percent_encoding.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/go_time.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string_view>
#include <vector>

namespace kiln::aws {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

struct UrlParts {
    std::string host;  ///< with the port when one is written
    std::string path;  ///< as written, "/" when there is none
    std::string query;
};

UrlParts parts_of(std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) {
        throw Error(
            ErrorKind::input, "\"" + std::string(url) + "\" is not an http or https address"
        );
    }
    const bool tls = url.substr(0, scheme_end) == "https";
    std::string_view rest = url.substr(scheme_end + 3);
    UrlParts parts;
    parts.host = std::string(rest.substr(0, rest.find_first_of("/?")));
    rest.remove_prefix(parts.host.size());
    const auto question = rest.find('?');
    parts.path = std::string(rest.substr(0, question));
    if (question != std::string_view::npos) {
        parts.query = std::string(rest.substr(question + 1));
    }
    if (parts.path.empty()) {
        parts.path = "/";
    }
    // The header that is sent carries the port only where it is not the scheme's own.
    const std::string_view usual_port = tls ? ":443" : ":80";
    if (parts.host.ends_with(usual_port)) {
        parts.host.resize(parts.host.size() - usual_port.size());
    }
    return parts;
}

/// Sorted by name, then by value; "k" alone is "k=".
std::string canonical_query(const std::string& query) {
    if (query.empty()) {
        return "";
    }
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string& piece : split(query, '&')) {
        const auto equals = piece.find('=');
        pairs.emplace_back(
            piece.substr(0, equals), equals == std::string::npos ? "" : piece.substr(equals + 1)
        );
    }
    std::sort(pairs.begin(), pairs.end());
    std::vector<std::string> joined;
    for (const auto& [name, value] : pairs) {
        joined.push_back(name + "=" + value);
    }
    return join(joined, "&");
}

/// Trimmed, with inner runs of blanks as one.
std::string canonical_value(std::string_view value) {
    std::string out;
    for (const char c : trim(value)) {
        const bool blank = c == ' ' || c == '\t';
        if (!blank || out.back() != ' ') {
            out += blank ? ' ' : c;
        }
    }
    return out;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

/// Lower-case name to value, in the order in which they are signed: by name alone. Sorting whole
/// lines would put "x-amz-checksum-algorithm" before "x-amz-checksum:", as some signers do.
std::map<std::string, std::string> signed_headers(
    const net::Headers& headers, const std::string& host
) {
    std::map<std::string, std::string> chosen{{"host", host}};
    for (const net::Header& header : headers) {
        const std::string name = lower(header.name);
        if (name != "content-type" && !name.starts_with("x-amz-")) {
            continue;
        }
        const auto [place, added] = chosen.emplace(name, canonical_value(header.value));
        if (!added) {
            place->second += "," + canonical_value(header.value);
        }
    }
    return chosen;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned length = 0;
    HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        out.data(),
        &length
    );
    return std::string(reinterpret_cast<const char*>(out.data()), length);
}

std::string signing_key(const Secret& secret, const std::string& date, const SigningScope& scope) {
    std::string key = "AWS4" + secret.reveal();
    for (const std::string& step :
         {date, scope.region, scope.service, std::string("aws4_request")}) {
        key = hmac_sha256(key, step);
    }
    return key;
}

}  // namespace

net::HttpRequest sign(
    net::HttpRequest request, const Credentials& credentials, const SigningScope& scope
) {
    const std::string stamp = format_go_time("20060102T150405Z", scope.time);
    const std::string date = stamp.substr(0, 8);
    request.headers.push_back({"X-Amz-Date", stamp});
    if (!credentials.session_token.empty()) {
        request.headers.push_back({"X-Amz-Security-Token", credentials.session_token.reveal()});
    }

    const UrlParts url = parts_of(request.url);
    std::string header_lines;
    std::vector<std::string> names;
    for (const auto& [name, value] : signed_headers(request.headers, url.host)) {
        header_lines += name + ":" + value + "\n";
        names.push_back(name);
    }
    const std::string name_list = join(names, ";");
    const auto given_hash = net::find_header(request.headers, "X-Amz-Content-Sha256");
    assert(given_hash || request.outside_body == nullptr);  // see ServiceCall
    // Every service but S3 encodes the path a second time.
    const std::string canonical_request = request.method + "\n" + percent_encode_path(url.path) +
                                          "\n" + canonical_query(url.query) + "\n" + header_lines +
                                          "\n" + name_list + "\n" +
                                          (given_hash ? *given_hash : sha256_hex(request.body));

    const std::string credential_scope =
        date + "/" + scope.region + "/" + scope.service + "/aws4_request";
    const std::string string_to_sign = std::string(kAlgorithm) + "\n" + stamp + "\n" +
                                       credential_scope + "\n" + sha256_hex(canonical_request);
    const std::string signature =
        to_hex(hmac_sha256(signing_key(credentials.secret_access_key, date, scope), string_to_sign)
        );
    request.headers.push_back(
        {"Authorization",
         std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + "/" +
             credential_scope + ", SignedHeaders=" + name_list + ", Signature=" + signature}
    );
    return request;
}

}  // namespace kiln::aws
