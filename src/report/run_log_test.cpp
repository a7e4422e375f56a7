#include "report/run_log.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::report {
namespace {

using namespace std::chrono_literals;

TEST(RunLog, ComesBackAsItWas) {
    const std::vector<LogLine> log = {
        {5ms, 0, false, "a line"},
        {1200ms, 12, true, ""},
        {2h, -1, false, "  <b>spaces & signs</b> \t"},
    };
    EXPECT_EQ(unpack_log(pack_log(log)), log);
    EXPECT_TRUE(unpack_log(pack_log({})).empty());
}

TEST(RunLog, RefusesWhatIsNone) {
    std::string cut = pack_log({{1ms, 0, false, std::string(1000, 'x')}});
    cut.resize(cut.size() / 2);
    for (const std::string& wrong : {std::string("nothing of the kind"), cut}) {
        EXPECT_THROW(unpack_log(wrong), Error);
    }
}

}  // namespace
}  // namespace kiln::report
