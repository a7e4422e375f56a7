#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::goss {

/// A, AAAA, PTR, CNAME, MX, NS, SRV, TXT, CAA.
bool is_record_type(std::string_view type);

/// A question to a DNS server (RFC 1035), recursion desired; for PTR `host` is an address. "" when
/// the name can not be asked for.
std::string dns_query(std::string_view host, std::string_view type);

/// The records of that type in an answer, as goss writes them: "10 mail.example.org." for MX.
/// Nothing when the bytes are no answer.
std::optional<std::vector<std::string>> dns_records(std::string_view answer, std::string_view type);

}  // namespace kiln::goss
