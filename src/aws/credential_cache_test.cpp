#include "aws/credential_cache.hpp"

#include "base/error.hpp"
#include "sys/testing/fake_clock.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace kiln::aws {
namespace {

using namespace std::chrono_literals;

class CredentialCacheTest : public ::testing::Test {
protected:
    Credentials fetch() {
        if (failing_) {
            throw Error(ErrorKind::network, "no route");
        }
        const int number = ++fetches_;
        return {
            "key" + std::to_string(number),
            Secret("s"),
            Secret(),
            life_ ? std::optional(clock_.wall_now() + *life_) : std::nullopt};
    }
    std::string key(bool renew = false) { return cache_.get(renew, {}).access_key_id; }

    sys::FakeClock clock_;
    std::optional<std::chrono::minutes> life_ = 60min;
    std::atomic<int> fetches_ = 0;
    bool failing_ = false;
    CredentialCache cache_{clock_, [this](std::stop_token) { return fetch(); }};
};

TEST_F(CredentialCacheTest, FetchesWhenTheKeysComeNearTheirEnd) {
    EXPECT_EQ(key(), "key1");
    clock_.advance(44min);
    EXPECT_EQ(key(), "key1");
    clock_.advance(2min);
    EXPECT_EQ(key(), "key2");
}

TEST_F(CredentialCacheTest, FetchesWhenTheKeysWereNotBelieved) {
    life_.reset();
    EXPECT_EQ(key(), "key1");
    clock_.advance(24h);
    EXPECT_EQ(key(), "key1");
    EXPECT_EQ(key(true), "key2");
}

TEST_F(CredentialCacheTest, LivesOnAgeingKeysWhenNewOnesCanNotBeHad) {
    EXPECT_EQ(key(), "key1");
    failing_ = true;
    clock_.advance(46min);
    EXPECT_EQ(key(), "key1");
    clock_.advance(5min);
    EXPECT_THROW(key(), Error);
    failing_ = false;
    EXPECT_EQ(key(), "key2");
}

TEST_F(CredentialCacheTest, FetchesOnceForManyCallers) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([this] { EXPECT_EQ(key(), "key1"); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(fetches_, 1);
}

}  // namespace
}  // namespace kiln::aws
