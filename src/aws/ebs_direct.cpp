#include "aws/ebs_direct.hpp"

#include "aws/percent_encoding.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"

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

/// Asks page by page: `path` ends where further parameters may follow.
void for_each_page(
    Client& client,
    const std::string& region,
    const std::string& action,
    const std::string& path,
    const std::function<void(const json&)>& take,
    const std::stop_token& stop
) {
    std::string page_token;
    do {
        std::string query = "maxResults=" + std::to_string(kBlocksOfAPage);
        if (!page_token.empty()) {
            query += "&pageToken=" + percent_encode(page_token);
        }
        const ServiceCall asked = call(action, "GET", path + query);
        page_token =
            read_answer(asked, client.send_or_throw(asked, region, stop), [&](const json& page) {
                take(page);
                const auto next = page.find("NextToken");
                return next == page.end() || next->is_null() ? "" : next->get<std::string>();
            });
    } while (!page_token.empty());
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

void put_block(
    Client& client,
    const std::string& region,
    const std::string& snapshot_id,
    std::int64_t index,
    std::string_view block,
    std::string_view sha256,
    std::stop_token stop
) {
    ServiceCall asked =
        call("PutSnapshotBlock", "PUT", blocks_path(snapshot_id) + "/" + std::to_string(index));
    const std::string checksum = encode_base64(sha256);
    asked.headers = {
        {"Content-Type", "application/octet-stream"},
        {"x-amz-Data-Length", std::to_string(block.size())},
        {"x-amz-Checksum", checksum},
        {"x-amz-Checksum-Algorithm", "SHA256"},
        // The checksum is signed with the other headers: the body need not be hashed again.
        {"x-amz-Content-Sha256", "UNSIGNED-PAYLOAD"}};
    asked.body = block;
    const net::HttpResponse answer = client.send_or_throw(asked, region, std::move(stop));
    const auto received = net::find_header(answer.headers, "x-amz-Checksum");
    if (received && *received != checksum) {
        throw Error(
            ErrorKind::network,
            "PutSnapshotBlock " + std::to_string(index) + " of " + snapshot_id +
                ": the service has received " + *received + " instead of " + checksum
        );
    }
}

void complete_snapshot(
    Client& client,
    const std::string& region,
    const std::string& snapshot_id,
    std::int64_t changed_blocks,
    std::string_view linear_sha256,
    std::stop_token stop
) {
    ServiceCall asked =
        call("CompleteSnapshot", "POST", "/snapshots/completion/" + percent_encode(snapshot_id));
    asked.headers = {
        {"x-amz-ChangedBlocksCount", std::to_string(changed_blocks)},
        {"x-amz-Checksum", encode_base64(linear_sha256)},
        {"x-amz-Checksum-Algorithm", "SHA256"},
        {"x-amz-Checksum-Aggregation-Method", "LINEAR"}};
    client.send_or_throw(asked, region, std::move(stop));
}

std::vector<Block> list_blocks(
    Client& client, const std::string& region, const std::string& snapshot_id, std::stop_token stop
) {
    std::vector<Block> blocks;
    for_each_page(
        client,
        region,
        "ListSnapshotBlocks",
        blocks_path(snapshot_id) + "?",
        [&](const json& page) {
            for (const json& one : page.at("Blocks")) {
                blocks.push_back(
                    {one.at("BlockIndex").get<std::int64_t>(),
                     one.at("BlockToken").get<std::string>()}
                );
            }
        },
        stop
    );
    return blocks;
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
        "/snapshots/" + percent_encode(second_id) +
            "/changedblocks?firstSnapshotId=" + percent_encode(first_id) + "&",
        [&](const json& page) {
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

std::string get_block(
    Client& client,
    const std::string& region,
    const std::string& snapshot_id,
    const Block& block,
    std::stop_token stop
) {
    const ServiceCall asked = call(
        "GetSnapshotBlock",
        "GET",
        blocks_path(snapshot_id) + "/" + std::to_string(block.index) +
            "?blockToken=" + percent_encode(block.token)
    );
    net::HttpResponse answer = client.send_or_throw(asked, region, std::move(stop));
    const auto checksum = net::find_header(answer.headers, "x-amz-Checksum");
    if (!checksum) {
        fail_reading(asked.action);
    }
    if (encode_base64(Digest().update(answer.body).finish_bytes()) != *checksum) {
        throw Error(
            ErrorKind::network,
            "GetSnapshotBlock " + std::to_string(block.index) + " of " + snapshot_id +
                ": the bytes are not those of its checksum " + *checksum
        );
    }
    return std::move(answer.body);
}

}  // namespace kiln::aws::ebs
