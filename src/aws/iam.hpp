#pragma once

#include "aws/client.hpp"
#include "aws/service_call.hpp"
#include "sys/clock.hpp"

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace pugi {
class xml_document;
}

namespace kiln::aws {

/// A role, or an instance profile, by which the instances that have it get a role's keys.
struct IamEntity {
    std::string name;
    std::map<std::string, std::string> tags;
    std::vector<std::string> roles;  ///< of an instance profile; EC2 lets it have one

    bool operator==(const IamEntity&) const = default;
};

/// Roles and instance profiles of an account. Cheap to copy; safe to use from several threads.
///
/// Names are given by the caller and hold something that nobody else has, so a thing of that name
/// which is there already is the one that an earlier try has made. What was made a moment ago and
/// is not known everywhere yet is waited for, and so is what still holds on to something that is
/// being deleted. An Error says what IAM says.
class Iam {
public:
    using Tags = std::map<std::string, std::string>;

    /// The IAM that the account of `region` has: there is one in each partition.
    Iam(Client& client, sys::Clock& clock, const std::string& region);

    /// `trust` is the policy that says who may take the role on; JSON, like every policy here.
    void create_role(
        const std::string& name, const std::string& trust, const Tags& tags, std::stop_token stop
    ) const;
    /// What the role may do: a policy of its own, which goes with delete_role_policy.
    void put_role_policy(
        const std::string& role,
        const std::string& policy,
        const std::string& document,
        std::stop_token stop
    ) const;
    void create_instance_profile(const std::string& name, const Tags& tags, std::stop_token stop)
        const;
    void add_role_to_profile(
        const std::string& profile, const std::string& role, std::stop_token stop
    ) const;

    std::optional<IamEntity> find_role(const std::string& name, std::stop_token stop) const;
    std::optional<IamEntity> find_instance_profile(const std::string& name, std::stop_token stop)
        const;
    /// Names of all there are; IAM tells no tags in a list.
    std::vector<std::string> role_names(std::stop_token stop) const;
    std::vector<std::string> instance_profile_names(std::stop_token stop) const;

    // False when there is none (any more).
    bool remove_role_from_profile(
        const std::string& profile, const std::string& role, std::stop_token stop
    ) const;
    bool delete_instance_profile(const std::string& name, std::stop_token stop) const;
    bool delete_role_policy(
        const std::string& role, const std::string& policy, std::stop_token stop
    ) const;
    bool delete_role(const std::string& name, std::stop_token stop) const;

private:
    using Reply = std::shared_ptr<const pugi::xml_document>;
    using Outcome = std::variant<Reply, ServiceError>;

    Outcome attempt(
        const std::string& action,
        const Parameters& parameters,
        const std::vector<std::string>& settling,
        std::stop_token stop
    ) const;
    void create(const std::string& action, const Parameters& parameters, std::stop_token stop)
        const;
    bool remove(const std::string& action, const Parameters& parameters, std::stop_token stop)
        const;
    std::optional<IamEntity> find(
        const std::string& kind, const std::string& name, std::stop_token stop
    ) const;
    std::vector<std::string> names(
        const std::string& action, const std::string& kind, std::stop_token stop
    ) const;

    Client* client_;
    sys::Clock* clock_;
    std::string region_;
};

}  // namespace kiln::aws
