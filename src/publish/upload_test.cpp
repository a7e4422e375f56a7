#include "publish/upload.hpp"

#include "aws/endpoint.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "net/curl_transport.hpp"
#include "net/testing/loopback_server.hpp"
#include "publish/download.hpp"
#include "sys/process_runner.hpp"
#include "sys/testing/fake_clock.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

namespace kiln::publish {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kBlock = static_cast<std::size_t>(disk::kEbsBlockBytes);

/// The blocks of one snapshot, put and read over HTTP.
class Snapshot {
public:
    std::string url() const { return server_.url(); }
    std::map<std::int64_t, std::string> blocks() const {
        const std::lock_guard lock(mutex_);
        return blocks_;
    }
    std::vector<std::int64_t> indexes() const {
        std::vector<std::int64_t> list;
        for (const auto& [index, bytes] : blocks()) {
            list.push_back(index);
        }
        return list;
    }
    int requests() const { return static_cast<int>(server_.seen().size()); }

    /// Answers for the first requests, in the place of the snapshot's own.
    std::vector<net::HttpResponse> first_answers;

private:
    std::optional<net::HttpResponse> answer(const net::HttpRequest& request) {
        const std::lock_guard lock(mutex_);
        if (!first_answers.empty()) {
            net::HttpResponse given = first_answers.front();
            first_answers.erase(first_answers.begin());
            return given;
        }
        const std::string path = request.url.substr(0, request.url.find('?'));
        if (path.ends_with("/blocks")) {
            nlohmann::json list = nlohmann::json::array();
            for (const auto& [index, bytes] : blocks_) {
                list.push_back({{"BlockIndex", index}, {"BlockToken", "t"}});
            }
            const nlohmann::json page = {{"Blocks", list}, {"VolumeSize", 1}};
            return net::HttpResponse{200, {}, page.dump()};
        }
        const std::int64_t index = std::stoll(path.substr(path.rfind('/') + 1));
        if (request.method == "PUT") {
            blocks_[index] = request.body;
        }
        const std::string bytes = blocks_[index];
        const std::string sum = encode_base64(Digest().update(bytes).finish_bytes());
        return net::HttpResponse{
            request.method == "PUT" ? 201 : 200,
            {{"x-amz-Checksum", sum}},
            request.method == "PUT" ? "{}" : bytes};
    }

    mutable std::mutex mutex_;
    std::map<std::int64_t, std::string> blocks_;
    net::testing::LoopbackServer server_{
        [this](const net::HttpRequest& request) { return answer(request); }};
};

class UploadTest : public ::testing::Test {
protected:
    /// Blocks of the letters; ' ' is a hole, '0' a block of zeros.
    std::string disk_of(const std::string& name, const std::string& letters) const {
        const std::string path = folder_.path() / name;
        {
            std::ofstream file(path, std::ios::binary);
            for (std::size_t i = 0; i < letters.size(); ++i) {
                if (letters[i] != ' ') {
                    file.seekp(static_cast<std::streamoff>(i * kBlock));
                    file << std::string(kBlock, letters[i] == '0' ? '\0' : letters[i]);
                }
            }
        }
        std::filesystem::resize_file(path, letters.size() * kBlock);
        return path;
    }
    UploadResult send(
        const std::string& path, const SnapshotMap* parent, UploadLog* log = nullptr
    ) {
        const DiskSource disk(path, files_, folder_.path(), processes_, {});
        return upload_blocks(
            client_,
            clock_,
            {.disk = disk,
             .region = "us-east-1",
             .snapshot_id = "snap-1",
             .parent = parent,
             .log = log,
             .most_in_flight = 4},
            [](std::int64_t, std::int64_t) {},
            {}
        );
    }
    aws::EndpointSettings endpoints() const {
        aws::EndpointSettings settings;
        settings.configured[aws::Service::ebs] = snapshot_.url();
        return settings;
    }

    sys::RealFileSystem files_;
    sys::RealProcessRunner processes_;
    sys::TempDirectory folder_{files_, sys::default_temp_parent(), "kiln-upload-"};
    Snapshot snapshot_;
    net::CurlTransport transport_;
    sys::FakeClock clock_;
    aws::Client client_{
        transport_,
        clock_,
        [] { return 0.5; },
        endpoints(),
        [](bool, std::stop_token) {
            return aws::Credentials{"AKID", Secret("s"), Secret(), std::nullopt};
        }};
};

TEST_F(UploadTest, PutsWhatIsNotZerosAndNothingElse) {
    const UploadResult sent = send(disk_of("d", "ab 0c 00"), nullptr);
    EXPECT_THAT(snapshot_.indexes(), ElementsAre(0, 1, 4));
    EXPECT_EQ(snapshot_.blocks().at(4), std::string(kBlock, 'c'));
    EXPECT_EQ(sent.changed_blocks, 3);
    EXPECT_EQ(sent.map.blocks.size(), 3U);
    // Amazon EBS User Guide: the digest of the digests, in the order of the blocks.
    std::string digests;
    for (const char letter : {'a', 'b', 'c'}) {
        digests += Digest().update(std::string(kBlock, letter)).finish_bytes();
    }
    EXPECT_EQ(sent.linear_sha256, Digest().update(digests).finish_bytes());
}

TEST_F(UploadTest, PutsDifferencesToTheParentAndZerosWhereItHasData) {
    const SnapshotMap parent = send(disk_of("before", "abcde "), nullptr).map;
    const int before = snapshot_.requests();
    // Kept, changed, became zeros, became a hole, kept, new.
    const UploadResult sent = send(disk_of("after", "aX0 ef"), &parent);
    EXPECT_EQ(sent.changed_blocks, 4);
    EXPECT_EQ(snapshot_.requests() - before, 4);
    EXPECT_EQ(snapshot_.blocks().at(2), std::string(kBlock, '\0'));
    EXPECT_EQ(snapshot_.blocks().at(3), std::string(kBlock, '\0'));
    const SnapshotMap same = send(disk_of("again", "aX0 ef"), nullptr).map;
    EXPECT_EQ(sent.map, same) << "a map tells what is there, and not how it came there";
}

TEST_F(UploadTest, DoesNotPutAgainWhatHasArrived) {
    const std::string disk = disk_of("d", "abc");
    {
        UploadLog log(files_, folder_.path(), "key");
        log.begin({});
        send(disk, nullptr, &log);
    }
    UploadLog log(files_, folder_.path(), "key");
    const int before = snapshot_.requests();
    const UploadResult again = send(disk, nullptr, &log);
    EXPECT_EQ(snapshot_.requests(), before);
    EXPECT_EQ(again.changed_blocks, 3);
    EXPECT_EQ(again.put_blocks, 0);
}

TEST_F(UploadTest, IsPatientWithABusyServiceAndNotWithARefusal) {
    snapshot_.first_answers = {
        {400, {}, R"({"__type": "RequestThrottledException"})"},
        {500, {}, R"({"__type": "InternalServerException"})"},
        {404, {}, R"({"__type": "ResourceNotFoundException"})"},
        {400, {}, R"({"__type": "ValidationException", "Reason": "CONFLICTING_BLOCK_UPDATE"})"}};
    send(disk_of("d", "ab"), nullptr);
    EXPECT_THAT(snapshot_.indexes(), ElementsAre(0, 1));
    EXPECT_EQ(snapshot_.requests(), 6);
    snapshot_.first_answers.assign(8, {403, {}, R"({"__type": "AccessDeniedException"})"});
    try {
        send(disk_of("e", "abcd"), nullptr);
        FAIL() << "it was sent";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::permission);
        EXPECT_THAT(error.message(), HasSubstr("PutSnapshotBlock: AccessDeniedException"));
    }
}

TEST_F(UploadTest, ComesBackAsItWasSent) {
    const std::string disk = disk_of("d", "ab 0c");
    const UploadResult sent = send(disk, nullptr);
    const std::filesystem::path output = folder_.path() / "back";
    const DownloadResult got = download_blocks(
        client_,
        clock_,
        {.region = "us-east-1", .snapshot_id = "snap-1", .output = output, .most_in_flight = 4},
        [](std::int64_t, std::int64_t) {},
        {}
    );
    EXPECT_EQ(got.map, sent.map);
    EXPECT_EQ(got.volume_gib, 1);
    EXPECT_EQ(std::filesystem::file_size(output), std::uintmax_t{1} << 30U);
    std::filesystem::resize_file(output, 5 * kBlock);
    EXPECT_EQ(files_.read_file(output), files_.read_file(disk));
}

}  // namespace
}  // namespace kiln::publish
