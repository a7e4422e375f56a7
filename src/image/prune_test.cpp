#include "image/prune.hpp"

#include "image/testing/account.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::make_image;

const Time kNow = parse_time("2026-11-21").value();

aws::ec2::Image node(const std::string& number, const std::string& day) {
    return make_image(
        "ami-" + number,
        "node-" + number,
        day + "T00:00:00.000Z",
        {"snap-" + number},
        {{"kiln:run", "r" + number}, {"kiln:role", "output"}}
    );
}

class Prune : public ::testing::Test {
protected:
    /// "node-4 keep: newest 1 of 1".
    std::vector<std::string> decided(std::vector<RegionHoldings> regions) {
        inventory_ = testing::make_inventory(std::move(regions));
        facts_.inventory = &inventory_;
        std::vector<std::string> texts;
        for (const PruneDecision& one : plan_prune(facts_, policy_, kNow)) {
            static const char* const words[] = {"keep", "grace", "wait", "remove", "spare"};
            texts.push_back(
                one.group.front().image->name + " " + words[static_cast<int>(one.action)] +
                (one.why.empty() ? "" : ": " + one.why) +
                (one.due ? " until " + time_text(*one.due) : "")
            );
        }
        return texts;
    }

    Inventory inventory_;
    RemovalFacts facts_;
    PrunePolicy policy_{.templates = {}, .keep_newest = 1};
};

TEST_F(Prune, KeepsTheNewestOfEachLineageAndArchitecture) {
    aws::ec2::Image arm = node("3", "2026-03-01");
    arm.architecture = "arm64";
    aws::ec2::Image web = make_image("ami-w", "web", "2020-01-01", {}, {{"kiln:run", "w"}});
    EXPECT_THAT(
        decided({{"r", {node("1", "2026-01-01"), node("2", "2026-02-01"), arm, web}, {}}}),
        ElementsAre(
            "node-3 keep: newest 1 of 1",
            "node-2 keep: newest 1 of 1",
            "node-1 remove",
            "web keep: newest 1 of 1"
        )
    );
}

TEST_F(Prune, LooksOnlyAtWhatItIsAbout) {
    aws::ec2::Image temporary = node("1", "2026-01-01");
    temporary.tags["kiln:role"] = "temporary";
    aws::ec2::Image of_others = make_image("ami-o", "node-0", "2025-01-01", {});
    const std::vector<RegionHoldings> account = {
        {"r", {temporary, of_others, node("2", "2026-02-01"), node("3", "2026-03-01")}, {}}};
    EXPECT_THAT(decided(account), ElementsAre("node-3 keep: newest 1 of 1", "node-2 remove"));
    policy_.made_by_others = true;
    EXPECT_THAT(
        decided(account),
        ElementsAre("node-3 keep: newest 1 of 1", "node-2 remove", "node-0 remove")
    );
    policy_.templates = {"web-*"};
    EXPECT_THAT(decided(account), ElementsAre());
}

TEST_F(Prune, CountsAReleaseOnceHoweverManyCopiesItHas) {
    aws::ec2::Image copy = node("2", "2026-02-02");
    copy.id = "ami-copy";
    aws::ec2::Image failed = node("3", "2026-03-01");
    failed.state = "failed";
    policy_.keep_newest = 2;
    EXPECT_THAT(
        decided(
            {{"a", {node("1", "2026-01-01"), node("2", "2026-02-01"), failed}, {}},
             {"b", {copy}, {}}}
        ),
        ElementsAre("node-3 remove", "node-2 keep: newest 1 of 2", "node-1 keep: newest 2 of 2")
    ) << "one that nobody can launch is none of the newest";
}

TEST_F(Prune, KeepsForEachOfItsReasons) {
    policy_.keep_younger = 30 * 24h;
    policy_.keep_launched_within = 30 * 24h;
    policy_.keep_tagged = {"env=prod"};
    policy_.keep_newest = 0;
    std::vector<aws::ec2::Image> images;
    for (const char* number : {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
        images.push_back(node(number, "2026-0" + std::string(number) + "-01"));
    }
    images[0].tags["env"] = "prod";
    images[1].deregistration_protection = "enabled";
    images[2].last_launched_time = "2026-11-01T00:00:00Z";
    images[3].creation_date = "2026-11-01T00:00:00.000Z";
    images[4].creation_date = "";
    images[8].tags["env"] = "test";
    facts_.uses = {{"ami-6", "r", "SSM parameter", "/node", ""}};
    facts_.image_shares[{"r", "ami-7"}] = {{"111122223333"}, {}, {}, {}};
    facts_.snapshot_shares[{"r", "snap-8"}] = {"111122223333"};
    EXPECT_THAT(
        decided({{"r", images, {}}}),
        ElementsAre(
            "node-4 keep: 20 d old",
            "node-9 remove",
            "node-8 keep: its snapshot snap-8 is shared",
            "node-7 keep: shared",
            "node-6 keep: used by SSM parameter /node",
            "node-3 keep: launched on 2026-11-01",
            "node-2 keep: protected from deregistration",
            "node-1 keep: tagged env=prod",
            "node-5 keep: its date is not known"
        )
    );
}

TEST_F(Prune, KeepsWhatMayBeInUseForAllThatIsKnown) {
    facts_.unseen_uses = {{"b", "instances: UnauthorizedOperation"}};
    aws::ec2::Image copy = node("1", "2026-01-01");
    EXPECT_THAT(
        decided({{"a", {node("1", "2026-01-01"), node("2", "2026-02-01")}, {}}, {"b", {copy}, {}}}),
        ElementsAre(
            "node-2 keep: newest 1 of 1",
            "node-1 keep: perhaps in use: instances: UnauthorizedOperation (b)"
        )
    ) << "a copy that may be in use keeps the others";
}

TEST_F(Prune, GivesAGraceAndTakesItBack) {
    policy_.grace = 24h;
    aws::ec2::Image old = node("1", "2026-01-01");
    aws::ec2::Image waiting = node("2", "2026-02-01");
    waiting.tags[kPruneAfterTag] = "2026-11-22T00:00:00Z";
    waiting.state = "disabled";
    aws::ec2::Image over = node("3", "2026-03-01");
    over.tags[kPruneAfterTag] = "2026-11-20T00:00:00Z";
    aws::ec2::Image in_use = node("4", "2026-04-01");
    in_use.tags[kPruneAfterTag] = "2026-11-20T00:00:00Z";
    aws::ec2::Image garbled = node("5", "2026-05-01");
    garbled.tags[kPruneAfterTag] = "tomorrow";
    facts_.uses = {{"ami-4", "r", "instance", "i-1", "running"}};
    EXPECT_THAT(
        decided({{"r", {old, waiting, over, in_use, garbled, node("6", "2026-06-01")}, {}}}),
        ElementsAre(
            "node-6 keep: newest 1 of 1",
            "node-5 grace until 2026-11-22T00:00:00Z",
            "node-4 spare: used by instance i-1",
            "node-3 remove until 2026-11-20T00:00:00Z",
            "node-2 wait until 2026-11-22T00:00:00Z",
            "node-1 grace until 2026-11-22T00:00:00Z"
        )
    );
}

}  // namespace
}  // namespace kiln::image
