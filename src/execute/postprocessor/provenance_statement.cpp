#include "execute/postprocessor/provenance_statement.hpp"

#include "base/base64.hpp"
#include "base/go_time.hpp"
#include "base/sensitive.hpp"
#include "base/strings.hpp"
#include "execute/postprocessor/signing_key.hpp"

#include <nlohmann/json.hpp>

namespace kiln::exec {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kStatementType = "https://in-toto.io/Statement/v1";
constexpr const char* kPredicateType = "https://slsa.dev/provenance/v1";
constexpr const char* kPayloadType = "application/vnd.in-toto+json";
// Says what externalParameters and internalParameters mean: docs/provenance.md.
constexpr const char* kBuildType = "pkg:generic/kiln#template-build/v1";

Json texts_json(const std::map<std::string, std::string>& texts) {
    Json json = Json::object();
    for (const auto& [name, text] : texts) {
        json[to_valid_utf8(name)] = to_valid_utf8(text);
    }
    return json;
}

Json resource_json(const Resource& resource) {
    Json json = Json::object();
    if (!resource.name.empty()) {
        json["name"] = to_valid_utf8(resource.name);
    }
    if (!resource.uri.empty()) {
        json["uri"] = to_valid_utf8(resource.uri);
    }
    if (!resource.digests.empty()) {
        json["digest"] = texts_json(resource.digests);
    }
    if (!resource.annotations.empty()) {
        json["annotations"] = texts_json(resource.annotations);
    }
    return json;
}

Json resources_json(const std::vector<Resource>& resources) {
    Json json = Json::array();
    for (const Resource& resource : resources) {
        json.push_back(resource_json(resource));
    }
    return json;
}

Json masked(const Json& json, const std::vector<std::string>& secrets) {
    if (json.is_string()) {
        return mask_secrets(json.get<std::string>(), secrets);
    }
    if (!json.is_structured()) {
        return json;
    }
    Json out = json.is_array() ? Json::array() : Json::object();
    for (const auto& [key, value] : json.items()) {
        if (json.is_array()) {
            out.push_back(masked(value, secrets));
        } else {
            out[mask_secrets(key, secrets)] = masked(value, secrets);
        }
    }
    return out;
}

Json external_parameters(const ProvenanceFacts& facts) {
    Json variables = Json::object();
    for (const auto& [name, value] : facts.run.variables) {
        variables[name] = masked(Json::parse(value, nullptr, false), facts.run.secrets);
    }
    return {
        {"template", mask_secrets(to_valid_utf8(facts.run.template_path), facts.run.secrets)},
        {"build", facts.build},
        {"builder", facts.builder_type},
        {"variables", std::move(variables)},
        {"sensitiveVariables", facts.run.sensitive_variables}};
}

std::string time_text(std::chrono::system_clock::time_point time) {
    return format_go_time(kRfc3339Layout, time);
}

}  // namespace

std::vector<Resource> subjects_of(
    const artifact::Artifact& artifact,
    const std::function<std::string(const std::filesystem::path&)>& digest_of
) {
    std::vector<Resource> subjects;
    for (const std::filesystem::path& file : artifact.files) {
        subjects.push_back({.name = file.filename(), .digests = {{"sha256", digest_of(file)}}});
    }
    // "us-east-1:ami-1,us-west-2:ami-2"
    for (const std::string& part : split(artifact.id, ',')) {
        const std::size_t colon = part.find(':');
        if (colon == std::string::npos) {
            continue;
        }
        Resource subject = ec2_resource(part.substr(0, colon), part.substr(colon + 1));
        if (!subject.uri.empty()) {
            subjects.push_back(std::move(subject));
        }
    }
    return subjects;
}

std::string provenance_statement(const ProvenanceFacts& facts) {
    std::vector<Resource> dependencies = facts.run.files;
    dependencies.insert(dependencies.end(), facts.dependencies.begin(), facts.dependencies.end());
    const std::vector<std::string>& secrets = facts.run.secrets;
    const Json predicate = {
        {"buildDefinition",
         {{"buildType", kBuildType},
          {"externalParameters", external_parameters(facts)},
          {"internalParameters", masked(texts_json(facts.parameters), secrets)},
          {"resolvedDependencies", masked(resources_json(dependencies), secrets)}}},
        {"runDetails",
         {{"builder", {{"id", facts.builder_id}, {"version", {{"kiln", facts.run.kiln_version}}}}},
          {"metadata",
           {{"invocationId", facts.run_id},
            {"startedOn", time_text(facts.started)},
            {"finishedOn", time_text(facts.finished)}}}}}};
    const Json statement = {
        {"_type", kStatementType},
        {"subject", masked(resources_json(facts.subjects), secrets)},
        {"predicateType", kPredicateType},
        {"predicate", predicate}};
    return statement.dump(2);
}

std::string signed_envelope(
    const std::string& statement, const SigningKey& key, const std::string& key_id
) {
    // DSSE, protocol.md: what is signed is the PAE of type and payload.
    const std::string type = kPayloadType;
    const std::string signed_text = "DSSEv1 " + std::to_string(type.size()) + " " + type + " " +
                                    std::to_string(statement.size()) + " " + statement;
    const Json envelope = {
        {"payload", encode_base64(statement)},
        {"payloadType", type},
        {"signatures",
         Json::array(
             {{{"keyid", to_valid_utf8(key_id)}, {"sig", encode_base64(key.sign(signed_text))}}}
         )}};
    return envelope.dump(2);
}

}  // namespace kiln::exec
