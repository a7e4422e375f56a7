#include "aws/iam.hpp"

#include "aws/endpoint.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <chrono>
#include <pugixml.hpp>

namespace kiln::aws {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kFirstIamPause{250};
constexpr milliseconds kLongestIamPause{5'000};
// IAM writes to one place and reads from many: "changes ... can take time to become visible" (IAM
// User Guide, "Changes that I make are not always immediately visible"); seconds, as a rule.
constexpr std::chrono::seconds kIamPatience{60};

constexpr const char* kNoSuchEntity = "NoSuchEntity";
// Somebody else, or this run a moment ago, is changing it.
constexpr const char* kBusy = "ConcurrentModification";
// As many as IAM gives at once.
constexpr const char* kPageSize = "1000";

void add_tags(Parameters& parameters, const Iam::Tags& tags) {
    int number = 0;
    for (const auto& [key, value] : tags) {
        const std::string member = "Tags.member." + std::to_string(++number);
        parameters.emplace_back(member + ".Key", key);
        parameters.emplace_back(member + ".Value", value);
    }
}

std::string child_text(const pugi::xml_node& node, const std::string& name) {
    return node.child(name.c_str()).text().as_string();
}

Error to_iam_error(const ServiceError& error, const std::string& action) {
    return to_error(error, action).add_context("asking IAM");
}

}  // namespace

Iam::Iam(Client& client, sys::Clock& clock, const std::string& region)
    : client_(&client), clock_(&clock), region_(global_region_of(region)) {}

Iam::Outcome Iam::attempt(
    const std::string& action,
    const Parameters& parameters,
    const std::vector<std::string>& settling,
    std::stop_token stop
) const {
    const ServiceCall call = query_call(Service::iam, action, parameters, Repeat::safe);
    const auto deadline = clock_->steady_now() + kIamPatience;
    for (nanoseconds pause = kFirstIamPause;;
         pause = std::min<nanoseconds>(pause * 2, kLongestIamPause)) {
        CallOutcome outcome = client_->send(call, region_, stop);
        const auto* error = std::get_if<ServiceError>(&outcome);
        if (error == nullptr) {
            const auto& body = std::get<net::HttpResponse>(outcome).body;
            auto document = std::make_shared<pugi::xml_document>();
            if (!document->load_buffer(body.data(), body.size())) {
                throw Error(ErrorKind::network, action + ": the answer is no XML");
            }
            return Reply(std::move(document));
        }
        const bool settles =
            error->code == kBusy ||
            std::find(settling.begin(), settling.end(), error->code) != settling.end();
        if (!settles || clock_->steady_now() + pause >= deadline) {
            return *error;
        }
        if (!clock_->sleep_for(pause, stop)) {
            throw Error(ErrorKind::interrupted, "interrupted while waiting for " + action);
        }
    }
}

void Iam::create(const std::string& action, const Parameters& parameters, std::stop_token stop)
    const {
    const Outcome outcome = attempt(action, parameters, {kNoSuchEntity}, std::move(stop));
    const auto* error = std::get_if<ServiceError>(&outcome);
    if (error != nullptr && error->code != "EntityAlreadyExists") {
        throw to_iam_error(*error, action);
    }
}

bool Iam::remove(const std::string& action, const Parameters& parameters, std::stop_token stop)
    const {
    const Outcome outcome = attempt(action, parameters, {"DeleteConflict"}, std::move(stop));
    const auto* error = std::get_if<ServiceError>(&outcome);
    if (error != nullptr && error->code != kNoSuchEntity) {
        throw to_iam_error(*error, action);
    }
    return error == nullptr;
}

void Iam::create_role(
    const std::string& name, const std::string& trust, const Tags& tags, std::stop_token stop
) const {
    Parameters parameters{{"RoleName", name}, {"AssumeRolePolicyDocument", trust}};
    add_tags(parameters, tags);
    create("CreateRole", parameters, std::move(stop));
}

void Iam::put_role_policy(
    const std::string& role,
    const std::string& policy,
    const std::string& document,
    std::stop_token stop
) const {
    create(
        "PutRolePolicy",
        {{"RoleName", role}, {"PolicyName", policy}, {"PolicyDocument", document}},
        std::move(stop)
    );
}

void Iam::create_instance_profile(const std::string& name, const Tags& tags, std::stop_token stop)
    const {
    Parameters parameters{{"InstanceProfileName", name}};
    add_tags(parameters, tags);
    create("CreateInstanceProfile", parameters, std::move(stop));
}

void Iam::add_role_to_profile(
    const std::string& profile, const std::string& role, std::stop_token stop
) const {
    const std::string action = "AddRoleToInstanceProfile";
    const Outcome outcome = attempt(
        action, {{"InstanceProfileName", profile}, {"RoleName", role}}, {kNoSuchEntity}, stop
    );
    const auto* error = std::get_if<ServiceError>(&outcome);
    if (error == nullptr) {
        return;
    }
    // There is room for one: an earlier try, whose answer got lost, may have filled it.
    if (error->code == "LimitExceeded") {
        const std::optional<IamEntity> found = find_instance_profile(profile, stop);
        if (found && found->roles == std::vector<std::string>{role}) {
            return;
        }
    }
    throw to_iam_error(*error, action);
}

std::optional<IamEntity> Iam::find(
    const std::string& kind, const std::string& name, std::stop_token stop
) const {
    const std::string action = "Get" + kind;
    const Outcome outcome = attempt(action, {{kind + "Name", name}}, {}, std::move(stop));
    if (const auto* error = std::get_if<ServiceError>(&outcome)) {
        if (error->code == kNoSuchEntity) {
            return std::nullopt;
        }
        throw to_iam_error(*error, action);
    }
    const pugi::xml_node item = std::get<Reply>(outcome)
                                    ->document_element()
                                    .child((action + "Result").c_str())
                                    .child(kind.c_str());
    IamEntity entity{child_text(item, kind + "Name"), {}, {}};
    for (const pugi::xml_node& tag : item.child("Tags").children("member")) {
        entity.tags[child_text(tag, "Key")] = child_text(tag, "Value");
    }
    for (const pugi::xml_node& role : item.child("Roles").children("member")) {
        entity.roles.push_back(child_text(role, "RoleName"));
    }
    return entity;
}

std::optional<IamEntity> Iam::find_role(const std::string& name, std::stop_token stop) const {
    return find("Role", name, std::move(stop));
}

std::optional<IamEntity> Iam::find_instance_profile(const std::string& name, std::stop_token stop)
    const {
    return find("InstanceProfile", name, std::move(stop));
}

std::vector<std::string> Iam::names(
    const std::string& action, const std::string& kind, std::stop_token stop
) const {
    std::vector<std::string> result;
    for (std::string marker;;) {
        Parameters parameters{{"MaxItems", kPageSize}};
        if (!marker.empty()) {
            parameters.emplace_back("Marker", marker);
        }
        const Outcome outcome = attempt(action, parameters, {}, stop);
        if (const auto* error = std::get_if<ServiceError>(&outcome)) {
            throw to_iam_error(*error, action);
        }
        const pugi::xml_node page =
            std::get<Reply>(outcome)->document_element().child((action + "Result").c_str());
        for (const pugi::xml_node& item : page.child((kind + "s").c_str()).children("member")) {
            result.push_back(child_text(item, kind + "Name"));
        }
        marker = child_text(page, "Marker");
        if (marker.empty()) {
            return result;
        }
    }
}

std::vector<std::string> Iam::role_names(std::stop_token stop) const {
    return names("ListRoles", "Role", std::move(stop));
}

std::vector<std::string> Iam::instance_profile_names(std::stop_token stop) const {
    return names("ListInstanceProfiles", "InstanceProfile", std::move(stop));
}

bool Iam::remove_role_from_profile(
    const std::string& profile, const std::string& role, std::stop_token stop
) const {
    return remove(
        "RemoveRoleFromInstanceProfile",
        {{"InstanceProfileName", profile}, {"RoleName", role}},
        std::move(stop)
    );
}

bool Iam::delete_instance_profile(const std::string& name, std::stop_token stop) const {
    return remove("DeleteInstanceProfile", {{"InstanceProfileName", name}}, std::move(stop));
}

bool Iam::delete_role_policy(
    const std::string& role, const std::string& policy, std::stop_token stop
) const {
    return remove(
        "DeleteRolePolicy", {{"RoleName", role}, {"PolicyName", policy}}, std::move(stop)
    );
}

bool Iam::delete_role(const std::string& name, std::stop_token stop) const {
    return remove("DeleteRole", {{"RoleName", name}}, std::move(stop));
}

}  // namespace kiln::aws
