#include "cli/result_color.hpp"

#include "cli/terminal.hpp"
#include "report/color.hpp"

#include <unistd.h>

namespace kiln::cli {

bool wants_color(const Session& session, std::optional<bool> flag) {
    report::ColorWishes wishes;
    wishes.flag = flag;
    wishes.packer_no_color = session.environment.contains("PACKER_NO_COLOR");
    wishes.no_color = !session.variable("NO_COLOR").empty() || session.variable("TERM") == "dumb";
    wishes.is_terminal = is_terminal(STDOUT_FILENO);
    return report::use_color(wishes) && !session.machine_readable;
}

}  // namespace kiln::cli
