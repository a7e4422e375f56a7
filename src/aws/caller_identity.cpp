#include "aws/caller_identity.hpp"

#include "base/error.hpp"

#include <pugixml.hpp>

namespace kiln::aws {

CallerIdentity caller_identity(Client& client, const std::string& region, std::stop_token stop) {
    const net::HttpResponse response = client.send_or_throw(
        query_call(Service::sts, "GetCallerIdentity", {}, Repeat::safe), region, std::move(stop)
    );
    pugi::xml_document document;
    document.load_buffer(response.body.data(), response.body.size());
    const pugi::xml_node result = document.document_element().child("GetCallerIdentityResult");
    CallerIdentity identity{
        result.child("Account").text().as_string(), result.child("Arn").text().as_string()};
    if (identity.account.empty()) {
        throw Error(ErrorKind::network, "GetCallerIdentity: the answer names no account");
    }
    return identity;
}

}  // namespace kiln::aws
