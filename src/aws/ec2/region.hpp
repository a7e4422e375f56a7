#pragma once

#include "aws/client.hpp"
#include "aws/ec2/action.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <variant>

namespace pugi {
class xml_document;
}

namespace kiln::aws::ec2 {

/// An answer of EC2. Its elements are read in the .cpp files of this folder.
using Reply = std::shared_ptr<const pugi::xml_document>;
using ReplyOrError = std::variant<Reply, ServiceError>;

/// EC2 of one region. Cheap to copy; safe to use from several threads.
class Region {
public:
    Region(Client& client, sys::Clock& clock, std::string name)
        : client_(&client), clock_(&clock), name_(std::move(name)) {}

    const std::string& name() const { return name_; }
    sys::Clock& clock() const { return *clock_; }

    /// Sends it, patiently where the action says so. An Error names the action, the region, and
    /// EC2's code, text and request id.
    Reply call(const Action& action, const Parameters& parameters, std::stop_token stop) const;
    /// The same with what EC2 says as a value.
    ReplyOrError attempt(const Action& action, const Parameters& parameters, std::stop_token stop)
        const;
    /// For what shall be gone afterwards. False when it was already.
    bool remove(const Action& action, const Parameters& parameters, std::stop_token stop) const;

    /// The Error that `error` is for people.
    Error to_error(const ServiceError& error, const Action& action) const;

private:
    Client* client_;
    sys::Clock* clock_;
    std::string name_;
};

}  // namespace kiln::aws::ec2
