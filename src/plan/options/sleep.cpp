#include "plan/options/sleep.hpp"

namespace kiln::plan {

const OptionTable& SleepOptions::options() {
    static const OptionTable table = OptionTable::of<SleepOptions>({
        option<&SleepOptions::duration>("duration", {.help = "how long to wait"}),
    });
    return table;
}

}  // namespace kiln::plan
