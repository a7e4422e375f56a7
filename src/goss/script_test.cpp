#include "goss/script.hpp"

#include <gtest/gtest.h>

namespace kiln::goss {
namespace {

constexpr const char* kNonce = "0123abc";

Batch batch_of(const std::vector<FactRequest>& requests) {
    return make_batches(requests, kNonce, {}).front();
}

TEST(ReadAnswer, CutsFramesWhateverTheyHold) {
    const Batch batch = batch_of({{"a", "x"}, {"b", "y", 100}});
    const std::string answer =
        "\n@0123abc B 0\nline\n\n@other E 0\n\n@0123abc E 3\n"
        "\n@0123abc B 1\nout\n@0123abc R\nerr\n\n@0123abc E T\n\n@0123abc Z\n";
    Facts facts;
    ASSERT_TRUE(read_answer(batch, kNonce, answer, facts));
    EXPECT_EQ(facts["a"].out, "line\n\n@other E 0\n");
    EXPECT_EQ(facts["a"].status, 3);
    EXPECT_EQ(facts["b"].out, "out");
    EXPECT_EQ(facts["b"].err, "err\n");
    EXPECT_TRUE(facts["b"].timed_out);
}

TEST(ReadAnswer, SeesWhatIsNotWhole) {
    const Batch batch = batch_of({{"a", "x"}});
    for (const char* answer :
         {"",
          "sudo: a password is required",
          "\n@0123abc B 0\nhalf",
          "\n@0123abc B 0\n\n@0123abc Z\n",
          "\n@0123abc B 9\n\n@0123abc E 0\n\n@0123abc Z\n",
          "\n@0123abc B 0\n\n@0123abc E 0\n"}) {
        SCOPED_TRACE(answer);
        Facts facts;
        EXPECT_FALSE(read_answer(batch, kNonce, answer, facts));
    }
}

TEST(MakeBatches, OneForManyFactsAndMoreOnlyWhenACommandLineWouldBeTooLong) {
    std::vector<FactRequest> requests;
    for (int i = 0; i < 200; ++i) {
        requests.push_back({"fact " + std::to_string(i), "cat /proc/sys/kernel/ostype"});
    }
    EXPECT_EQ(make_batches(requests, kNonce, {}).size(), 1U);
    for (FactRequest& request : requests) {
        request.shell += std::string(1000, ' ');
    }
    const std::vector<Batch> batches = make_batches(requests, kNonce, {});
    std::size_t asked = 0;
    for (const Batch& batch : batches) {
        EXPECT_LT(batch.script.size(), 100'000U);
        asked += batch.requests.size();
    }
    EXPECT_EQ(asked, 200U);
    EXPECT_GT(batches.size(), 1U);
}

TEST(FactRequests, AsksOnceForEachThingAndNothingForWhatIsSkipped) {
    SourceMap sources;
    Diagnostics diagnostics;
    const SourceFile& file = sources.add(
        "goss.yaml",
        "user:\n  root: {exists: true}\n  bin: {exists: true}\n"
        "group:\n  root: {exists: true}\n"
        "command:\n  'true': {exit-status: 0, skip: true}\n"
        "file:\n  /a: {exists: true}\n  /b: {exists: true, sha256: x}\n"
    );
    const Spec spec = read_spec(*parse_document(file, Syntax::yaml, diagnostics), diagnostics);
    std::vector<std::string> keys;
    for (const FactRequest& request : fact_requests(spec)) {
        keys.push_back(request.key);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"passwd", "group", "sha256 /b", "stats 0"}));
    EXPECT_TRUE(diagnostics.empty());
}

}  // namespace
}  // namespace kiln::goss
