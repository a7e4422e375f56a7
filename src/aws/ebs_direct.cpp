#include "aws/ebs_direct.hpp"

#include "aws/percent_encoding.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::aws::ebs {

namespace {

using nlohmann::json;

constexpr int kBlocksOfAPage = 10'000;

ServiceCall call(const std::string& action, const std::string& method, std::string path) {
    ServiceCall made;
    made.service = Service::ebs;
    made.action = action;
    made.method = method;
    made.path_and_query = std::move(path);
    return made;
}

std::string blocks_path(const std::string& snapshot_id) {
    return "/snapshots/" + percent_encode(snapshot_id) + "/blocks";
}

// A block takes a tenth of a second where all is well; one that gets no answer is sent again.
constexpr std::chrono::seconds kBlockTimeout{30};

/// Transient, as classify() sees it: the way has changed the bytes.
ServiceError is_other(const std::string& action, const std::string& text) {
    ServiceError error;
    error.code = "BlockIsOther";
    error.status = 500;
    error.message = action + ": " + text;
    return error;
}

[[noreturn]] void fail_reading(const std::string& action) {
    throw Error(ErrorKind::network, action + ": the answer is not one of the EBS direct APIs");
}

/// `read` takes a parsed answer apart.
template <class Read>
auto read_answer(const ServiceCall& asked, const net::HttpResponse& answer, const Read& read) {
    try {
        return read(json::parse(answer.body));
    } catch (const json::exception&) {
        fail_reading(asked.action);
    }
}

/// Asks page by page: `path` ends where further parameters may follow. Returns what the service
/// answered instead of a page.
std::optional<ServiceError> try_each_page(
    Client& client,
    const std::string& region,
    const std::string& action,
    const std::string& path,
    const std::function<void(const json&, bool is_last)>& take,
    const std::stop_token& stop
) {
    std::string page_token;
    do {
        std::string query = "maxResults=" + std::to_string(kBlocksOfAPage);
        if (!page_token.empty()) {
            query += "&pageToken=" + percent_encode(page_token);
        }
        const ServiceCall asked = call(action, "GET", path + query);
        const CallOutcome outcome = client.send(asked, region, stop);
        if (const auto* error = std::get_if<ServiceError>(&outcome)) {
            return *error;
        }
        page_token =
            read_answer(asked, std::get<net::HttpResponse>(outcome), [&](const json& page) {
                const auto next = page.find("NextToken");
                std::string token =
                    next == page.end() || next->is_null() ? "" : next->get<std::string>();
                take(page, token.empty());
                return token;
            });
    } while (!page_token.empty());
    return std::nullopt;
}

void for_each_page(
    Client& client,
    const std::string& region,
    const std::string& action,
    const std::string& path,
    const std::function<void(const json&, bool is_last)>& take,
    const std::stop_token& stop
) {
    if (const auto error = try_each_page(client, region, action, path, take, stop)) {
        throw to_error(*error, action).add_context("asking " + region);
    }
}

std::string changed_blocks_path(const std::string& first_id, const std::string& second_id) {
    return "/snapshots/" + percent_encode(second_id) +
           "/changedblocks?firstSnapshotId=" + percent_encode(first_id) + "&";
}

}  // namespace

StartedSnapshot start_snapshot(
    Client& client, const std::string& region, const NewSnapshot& wanted, std::stop_token stop
) {
    json body = {
        {"VolumeSize", wanted.volume_gib},
        {"ClientToken", wanted.client_token},
        {"Timeout", wanted.timeout_minutes}};
    if (!wanted.parent_snapshot_id.empty()) {
        body["ParentSnapshotId"] = wanted.parent_snapshot_id;
    }
    if (!wanted.description.empty()) {
        body["Description"] = wanted.description;
    }
    for (const auto& [key, value] : wanted.tags) {
        body["Tags"].push_back({{"Key", key}, {"Value", value}});
    }
    if (wanted.encrypted) {
        body["Encrypted"] = *wanted.encrypted;
    }
    if (!wanted.kms_key_arn.empty()) {
        body["KmsKeyArn"] = wanted.kms_key_arn;
    }
    ServiceCall asked = call("StartSnapshot", "POST", "/snapshots");
    asked.headers = {{"Content-Type", "application/json"}};
    asked.body = body.dump();
    return read_answer(
        asked,
        client.send_or_throw(asked, region, std::move(stop)),
        [](const json& answer) {
            return StartedSnapshot{
                answer.at("SnapshotId").get<std::string>(),
                answer.at("Status").get<std::string>(),
                answer.value("ParentSnapshotId", std::string()),
                answer.value("KmsKeyArn", std::string())};
        }
    );
}

std::optional<ServiceError> put_block(
    Client& client,
    const std::string& region,
    const std::string& snapshot_id,
    std::int64_t index,
    const net::BodySource& block,
    std::string_view sha256,
    std::stop_token stop
) {
    ServiceCall asked =
        call("PutSnapshotBlock", "PUT", blocks_path(snapshot_id) + "/" + std::to_string(index));
    const std::string checksum = encode_base64(sha256);
    asked.headers = {
        {"Content-Type", "application/octet-stream"},
        {"x-amz-Data-Length", std::to_string(block.size_bytes())},
        {"x-amz-Checksum", checksum},
        {"x-amz-Checksum-Algorithm", "SHA256"},
        // The checksum is signed with the other headers: the body need not be hashed again.
        {"x-amz-Content-Sha256", "UNSIGNED-PAYLOAD"}};
    asked.outside_body = &block;
    asked.timeout = kBlockTimeout;
    const CallOutcome outcome = client.send_once(asked, region, std::move(stop));
    if (const auto* error = std::get_if<ServiceError>(&outcome)) {
        return *error;
    }
    const auto& answer = std::get<net::HttpResponse>(outcome);
    const auto received = net::find_header(answer.headers, "x-amz-Checksum");
    if (received && *received != checksum) {
        return is_other(
            asked.action,
            "block " + std::to_string(index) + " of " + snapshot_id + " has arrived as " +
                *received + " instead of " + checksum
        );
    }
    return std::nullopt;
}

bool complete_snapshot(
    Client& client,
    const std::string& region,
    const std::string& snapshot_id,
    std::int64_t changed_blocks,
    std::string_view linear_sha256,
    std::stop_token stop
) {
    ServiceCall asked =
        call("CompleteSnapshot", "POST", "/snapshots/completion/" + percent_encode(snapshot_id));
    asked.headers = {{"x-amz-ChangedBlocksCount", std::to_string(changed_blocks)}};
    if (changed_blocks > 0) {
        asked.headers.push_back({"x-amz-Checksum", encode_base64(linear_sha256)});
        asked.headers.push_back({"x-amz-Checksum-Algorithm", "SHA256"});
        asked.headers.push_back({"x-amz-Checksum-Aggregation-Method", "LINEAR"});
    }
    const CallOutcome outcome = client.send(asked, region, std::move(stop));
    const auto* const error = std::get_if<ServiceError>(&outcome);
    if (error == nullptr) {
        return true;
    }
    // One of the reasons of a ValidationException (EBS direct APIs, API Reference): a snapshot is
    // sealed once.
    if (error->reason == "INVALID_SNAPSHOT_ID") {
        return false;
    }
    throw to_error(*error, asked.action).add_context("asking " + region);
}

void list_blocks(
    Client& client,
    const std::string& region,
    const std::string& snapshot_id,
    const std::function<void(const BlockPage&)>& take,
    std::stop_token stop
) {
    for_each_page(
        client,
        region,
        "ListSnapshotBlocks",
        blocks_path(snapshot_id) + "?",
        [&](const json& page, bool is_last) {
            BlockPage blocks{page.value("VolumeSize", std::int64_t{0}), {}, is_last};
            for (const json& one : page.at("Blocks")) {
                blocks.blocks.push_back(
                    {one.at("BlockIndex").get<std::int64_t>(),
                     one.at("BlockToken").get<std::string>()}
                );
            }
            take(blocks);
        },
        stop
    );
}

std::vector<ChangedBlock> list_changed_blocks(
    Client& client,
    const std::string& region,
    const std::string& first_id,
    const std::string& second_id,
    std::stop_token stop
) {
    std::vector<ChangedBlock> blocks;
    for_each_page(
        client,
        region,
        "ListChangedBlocks",
        changed_blocks_path(first_id, second_id),
        [&](const json& page, bool /*is_last*/) {
            for (const json& one : page.at("ChangedBlocks")) {
                blocks.push_back(
                    {one.at("BlockIndex").get<std::int64_t>(),
                     one.value("FirstBlockToken", std::string()),
                     one.value("SecondBlockToken", std::string())}
                );
            }
        },
        stop
    );
    return blocks;
}

std::variant<std::int64_t, ServiceError> count_blocks(
    Client& client, const std::string& region, const std::string& snapshot_id, std::stop_token stop
) {
    std::int64_t count = 0;
    const auto error = try_each_page(
        client,
        region,
        "ListSnapshotBlocks",
        blocks_path(snapshot_id) + "?",
        [&](const json& page, bool /*is_last*/) {
            count += static_cast<std::int64_t>(page.at("Blocks").size());
        },
        stop
    );
    if (error) {
        return *error;
    }
    return count;
}

std::variant<std::int64_t, ServiceError> count_changed_blocks(
    Client& client,
    const std::string& region,
    const std::string& first_id,
    const std::string& second_id,
    std::stop_token stop
) {
    std::int64_t count = 0;
    const auto error = try_each_page(
        client,
        region,
        "ListChangedBlocks",
        changed_blocks_path(first_id, second_id),
        [&](const json& page, bool /*is_last*/) {
            for (const json& one : page.at("ChangedBlocks")) {
                count += one.value("SecondBlockToken", std::string()).empty() ? 0 : 1;
            }
        },
        stop
    );
    if (error) {
        return *error;
    }
    return count;
}

std::variant<BlockBytes, ServiceError> get_block(
    Client& client,
    const std::string& region,
    const std::string& snapshot_id,
    const Block& block,
    std::stop_token stop
) {
    ServiceCall asked = call(
        "GetSnapshotBlock",
        "GET",
        blocks_path(snapshot_id) + "/" + std::to_string(block.index) +
            "?blockToken=" + percent_encode(block.token)
    );
    asked.timeout = kBlockTimeout;
    CallOutcome outcome = client.send_once(asked, region, std::move(stop));
    if (auto* error = std::get_if<ServiceError>(&outcome)) {
        return std::move(*error);
    }
    auto& answer = std::get<net::HttpResponse>(outcome);
    const auto checksum = net::find_header(answer.headers, "x-amz-Checksum");
    if (!checksum) {
        fail_reading(asked.action);
    }
    std::string sha256 = Digest().update(answer.body).finish_bytes();
    if (encode_base64(sha256) != *checksum) {
        return is_other(
            asked.action,
            "block " + std::to_string(block.index) + " of " + snapshot_id +
                " has not the bytes of its checksum " + *checksum
        );
    }
    return BlockBytes{std::move(answer.body), std::move(sha256)};
}

}  // namespace kiln::aws::ebs
