#include "execute/aws/shared_looks.hpp"

#include "sys/testing/fake_clock.hpp"

#include <gmock/gmock.h>
#include <latch>
#include <thread>

namespace kiln::exec {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct Thing {
    std::string id;
    std::string state;
    bool operator==(const Thing&) const = default;
};

/// Things "a" to "z" are there. The first call waits until it is let go.
class SharedLooksTest : public ::testing::Test {
protected:
    std::vector<Thing> answer(const std::vector<std::string>& ids) {
        asked_.push_back(ids);
        if (asked_.size() == 1) {
            first_is_under_way_.count_down();
            let_first_go_.wait();
            if (first_fails_) {
                throw Error(ErrorKind::network, "lost");
            }
        }
        std::vector<Thing> found;
        for (const std::string& id : ids) {
            if (id.size() == 1) {
                found.push_back({id, "is there"});
            }
        }
        return found;
    }

    /// Lets `ids` be asked for while the first call, for "a", is under way.
    void ask_meanwhile(const std::vector<std::string>& ids) {
        std::vector<std::jthread> threads;
        threads.emplace_back([this] {
            try {
                first_ = looks_.at("a", {});
            } catch (const Error& error) {
                first_error_ = error.message();
            }
        });
        first_is_under_way_.wait();
        others_.resize(ids.size());
        for (std::size_t i = 0; i < ids.size(); ++i) {
            threads.emplace_back([this, i, id = ids[i]] { others_[i] = looks_.at(id, {}); });
        }
        while (looks_.queued() < ids.size()) {
            std::this_thread::yield();
        }
        let_first_go_.count_down();
    }

    sys::FakeClock clock_;
    std::vector<std::vector<std::string>> asked_;  ///< one call at a time
    std::latch first_is_under_way_{1};
    std::latch let_first_go_{1};
    bool first_fails_ = false;
    std::optional<Thing> first_;
    std::string first_error_;
    std::vector<std::optional<Thing>> others_;
    SharedLooks<Thing> looks_{
        [this](const std::vector<std::string>& ids, std::stop_token) { return answer(ids); },
        clock_};
};

TEST_F(SharedLooksTest, AnswersAllWhoAskMeanwhileByOneCall) {
    ask_meanwhile({"b", "c", "not there"});
    EXPECT_THAT(asked_, ElementsAre(ElementsAre("a"), ElementsAre("b", "c", "not there")));
    EXPECT_EQ(first_, (Thing{"a", "is there"}));
    EXPECT_THAT(
        others_, ElementsAre(Thing{"b", "is there"}, Thing{"c", "is there"}, std::optional<Thing>())
    );
}

TEST_F(SharedLooksTest, HoldsUpOnlyThoseWhoAreNotAlone) {
    ask_meanwhile({"b", "c"});
    EXPECT_EQ(clock_.elapsed(), 0s);
    EXPECT_EQ(looks_.at("d", {}), (Thing{"d", "is there"}));
    EXPECT_EQ(clock_.elapsed(), 500ms);
    looks_.at("d", {});
    EXPECT_EQ(clock_.elapsed(), 500ms);
}

TEST_F(SharedLooksTest, AFailureIsThatOfTheOneWhoAsked) {
    first_fails_ = true;
    ask_meanwhile({"b"});
    EXPECT_EQ(first_error_, "lost");
    EXPECT_THAT(others_, ElementsAre(Thing{"b", "is there"}));
}

TEST_F(SharedLooksTest, AsksForNoMoreAtOnceThanAFilterTakes) {
    std::vector<std::string> many;
    for (int i = 1000; i < 1201; ++i) {
        many.push_back(std::to_string(i));
    }
    ask_meanwhile(many);
    ASSERT_EQ(asked_.size(), 3U);
    EXPECT_EQ(asked_[1].size(), 200U);
    EXPECT_THAT(asked_[2], ElementsAre("1200"));
}

TEST_F(SharedLooksTest, EndsAtAStop) {
    std::stop_source stop;
    std::string error;
    std::jthread first([this] { first_ = looks_.at("a", {}); });
    first_is_under_way_.wait();
    std::jthread stopped([&] {
        try {
            looks_.at("b", stop.get_token());
        } catch (const Error& caught) {
            error = caught.message();
        }
    });
    while (looks_.queued() == 0) {
        std::this_thread::yield();
    }
    stop.request_stop();
    stopped.join();
    EXPECT_EQ(error, "interrupted while waiting for EC2");
    let_first_go_.count_down();
}

}  // namespace
}  // namespace kiln::exec
