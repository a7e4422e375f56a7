#include "aws/ebs_direct.hpp"

#include "aws/testing/scripted_service.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "net/curl_transport.hpp"
#include "sys/testing/fake_clock.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace kiln::aws::ebs {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TextBody final : public net::BodySource {
public:
    explicit TextBody(std::string text) : text_(std::move(text)) {}
    std::int64_t size_bytes() const override { return static_cast<std::int64_t>(text_.size()); }
    void read(std::int64_t offset_bytes, std::span<char> piece) const override {
        text_.copy(piece.data(), piece.size(), static_cast<std::size_t>(offset_bytes));
    }

private:
    std::string text_;
};

class EbsDirectTest : public ::testing::Test {
protected:
    HttpRequest seen(std::size_t number) const { return service_.seen().at(number).request; }
    std::string header(std::size_t number, const char* name) const {
        return net::find_header(seen(number).headers, name).value_or("");
    }
    std::string path(std::size_t number) const {
        const std::string url = seen(number).url;
        const std::size_t scheme = url.find("//");
        return scheme == std::string::npos ? url : url.substr(url.find('/', scheme + 2));
    }

    ScriptedService service_{{200, {}, "{}"}};
    net::CurlTransport transport_;
    sys::FakeClock clock_;
    Client client_{
        transport_,
        clock_,
        [] { return 0.5; },
        service_.endpoints(),
        [](bool, std::stop_token) {
            return Credentials{"AKID", Secret("s"), Secret(), std::nullopt};
        }};
};

TEST_F(EbsDirectTest, StartsASnapshotWithWhatIsSaidAndNothingElse) {
    service_.answers = {
        {201, {}, R"({"SnapshotId": "snap-1", "Status": "pending", "VolumeSize": 8})"}};
    NewSnapshot wanted;
    wanted.volume_gib = 8;
    wanted.tags = {{"kiln:run", "r"}};
    wanted.client_token = "t";
    EXPECT_EQ(
        start_snapshot(client_, "eu-west-1", wanted, {}),
        (StartedSnapshot{"snap-1", "pending", "", ""})
    );
    EXPECT_EQ(path(0), "/snapshots");
    EXPECT_EQ(
        nlohmann::json::parse(seen(0).body),
        nlohmann::json::parse(
            R"({"VolumeSize": 8, "ClientToken": "t", "Timeout": 60,
                "Tags": [{"Key": "kiln:run", "Value": "r"}]})"
        )
    );
    EXPECT_THAT(header(0, "Authorization"), HasSubstr("/eu-west-1/ebs/aws4_request"));
}

TEST_F(EbsDirectTest, PutsABlockWithItsDigestAndHearsOfAnother) {
    const std::string block(kBlockBytes, 'b');
    const std::string digest = Digest().update(block).finish_bytes();
    service_.answers = {
        {201, {{"x-amz-Checksum", encode_base64(digest)}}, "{}"},
        {201, {{"x-amz-Checksum", "c29tZXRoaW5nIGVsc2U="}}, "{}"}};
    EXPECT_EQ(
        put_block(client_, "us-east-1", "snap-1", 7, TextBody(block), digest, {}), std::nullopt
    );
    EXPECT_EQ(seen(0).method, "PUT");
    EXPECT_EQ(path(0), "/snapshots/snap-1/blocks/7");
    EXPECT_EQ(header(0, "x-amz-Data-Length"), "524288");
    EXPECT_EQ(header(0, "x-amz-Checksum"), encode_base64(digest));
    EXPECT_EQ(header(0, "x-amz-Content-Sha256"), "UNSIGNED-PAYLOAD");
    EXPECT_THAT(header(0, "Authorization"), HasSubstr("x-amz-checksum;"));
    EXPECT_EQ(seen(0).body, block);
    const auto other = put_block(client_, "us-east-1", "snap-1", 7, TextBody(block), digest, {});
    ASSERT_TRUE(other);
    EXPECT_EQ(other->code, "BlockIsOther");
    EXPECT_EQ(classify(*other), ErrorClass::transient);
}

TEST_F(EbsDirectTest, CompletesWithTheNumberAndTheAggregate) {
    service_.answers = {
        {202, {}, R"({"Status": "pending"})"},
        {400, {}, R"({"__type": "ValidationException", "Reason": "INVALID_SNAPSHOT_ID"})"},
        {400, {}, R"({"__type": "ValidationException", "Reason": "INVALID_PARAMETER_VALUE"})"}};
    const std::string linear = Digest().update("digests").finish_bytes();
    const auto complete = [&] {
        return complete_snapshot(client_, "us-east-1", "snap-1", 12, linear, {});
    };
    EXPECT_TRUE(complete());
    EXPECT_FALSE(complete());
    EXPECT_THROW(complete(), Error);
    EXPECT_EQ(path(0), "/snapshots/completion/snap-1");
    EXPECT_EQ(header(0, "x-amz-ChangedBlocksCount"), "12");
    EXPECT_EQ(header(0, "x-amz-Checksum-Aggregation-Method"), "LINEAR");
    EXPECT_EQ(header(0, "x-amz-Checksum"), encode_base64(linear));
}

TEST_F(EbsDirectTest, ListsEveryPageAnEmptyOneToo) {
    service_.answers = {
        {200, {}, R"({"Blocks": [{"BlockIndex": 0, "BlockToken": "a"}], "NextToken": "n/1"})"},
        {200, {}, R"({"Blocks": [], "NextToken": "n2"})"},
        {200, {}, R"({"Blocks": [{"BlockIndex": 9, "BlockToken": "b"}]})"}};
    std::vector<Block> blocks;
    int pages = 0;
    list_blocks(
        client_,
        "us-east-1",
        "snap-1",
        [&](const BlockPage& page) {
            blocks.insert(blocks.end(), page.blocks.begin(), page.blocks.end());
            EXPECT_EQ(page.is_last, ++pages == 3);
        },
        {}
    );
    EXPECT_THAT(blocks, ElementsAre(Block{0, "a"}, Block{9, "b"}));
    EXPECT_EQ(path(1), "/snapshots/snap-1/blocks?maxResults=10000&pageToken=n%2F1");
}

TEST_F(EbsDirectTest, ListsWhatTwoSnapshotsDifferIn) {
    service_.answers = {
        {200,
         {},
         R"({"ChangedBlocks": [{"BlockIndex": 1, "SecondBlockToken": "s"},
                               {"BlockIndex": 2, "FirstBlockToken": "f"}]})"}};
    EXPECT_THAT(
        list_changed_blocks(client_, "us-east-1", "snap-1", "snap-2", {}),
        ElementsAre(ChangedBlock{1, "", "s"}, ChangedBlock{2, "f", ""})
    );
    EXPECT_EQ(path(0), "/snapshots/snap-2/changedblocks?firstSnapshotId=snap-1&maxResults=10000");
}

TEST_F(EbsDirectTest, CountsWhatASnapshotStores) {
    service_.answers = {
        {200, {}, R"({"Blocks": [{"BlockIndex": 0, "BlockToken": "a"}], "NextToken": "n"})"},
        {200, {}, R"({"Blocks": [{"BlockIndex": 9, "BlockToken": "b"}]})"},
        {200,
         {},
         R"({"ChangedBlocks": [{"BlockIndex": 1, "SecondBlockToken": "s"},
                               {"BlockIndex": 2, "FirstBlockToken": "f"}]})"},
        {400, {}, R"({"__type": "ValidationException", "Reason": "UNRELATED_SNAPSHOTS"})"}};
    EXPECT_EQ(std::get<std::int64_t>(count_blocks(client_, "us-east-1", "snap-1", {})), 2);
    const auto count = [&] {
        return count_changed_blocks(client_, "us-east-1", "snap-1", "snap-2", {});
    };
    EXPECT_EQ(std::get<std::int64_t>(count()), 1) << "what is gone takes no room";
    EXPECT_EQ(std::get<ServiceError>(count()).reason, kUnrelated);
}

TEST_F(EbsDirectTest, ReadsABlockAndBelievesItsDigestOnly) {
    const std::string digest = encode_base64(Digest().update("bytes").finish_bytes());
    service_.answers = {
        {200, {{"x-amz-Checksum", digest}}, "bytes"},
        {200, {{"x-amz-Checksum", digest}}, "other"},
        {200, {}, "bytes"}};
    EXPECT_EQ(
        std::get<BlockBytes>(get_block(client_, "us-east-1", "snap-1", {3, "t/k"}, {})),
        (BlockBytes{"bytes", Digest().update("bytes").finish_bytes()})
    );
    EXPECT_EQ(path(0), "/snapshots/snap-1/blocks/3?blockToken=t%2Fk");
    EXPECT_EQ(
        std::get<ServiceError>(get_block(client_, "us-east-1", "snap-1", {3, "t"}, {})).code,
        "BlockIsOther"
    );
    EXPECT_THROW(get_block(client_, "us-east-1", "snap-1", {3, "t"}, {}), Error);
}

TEST_F(EbsDirectTest, WaitsWhereTheServiceIsBusyAndStopsWhereItSaysNo) {
    service_.answers = {
        {400, {}, R"({"__type": "RequestThrottledException", "Reason": "ACCOUNT_THROTTLED"})"},
        {200, {}, R"({"Blocks": []})"},
        {400, {}, R"({"__type": "ValidationException", "Reason": "UNRELATED_SNAPSHOTS"})"}};
    int pages = 0;
    list_blocks(client_, "us-east-1", "snap-1", [&](const BlockPage&) { ++pages; }, {});
    EXPECT_EQ(pages, 1);
    try {
        list_changed_blocks(client_, "us-east-1", "snap-1", "snap-2", {});
        FAIL() << "it worked";
    } catch (const Error& error) {
        EXPECT_THAT(
            error.message(),
            HasSubstr("ListChangedBlocks: ValidationException (UNRELATED_SNAPSHOTS)")
        );
    }
    EXPECT_EQ(service_.seen().size(), 3U);
}

}  // namespace
}  // namespace kiln::aws::ebs
