#include "report/machine_readable.hpp"

#include "base/strings.hpp"
#include "report/color.hpp"

#include <utility>

namespace kiln::report {

namespace {

std::string escaped(std::string field) {
    field = replace_all(std::move(field), ",", "%!(PACKER_COMMA)");
    field = replace_all(std::move(field), "\r", "\\r");
    return replace_all(std::move(field), "\n", "\\n");
}

}  // namespace

std::string machine_line(
    WallTime time, const std::string& target, const std::vector<std::string>& fields
) {
    std::string out = unix_seconds(time) + "," + target;
    for (const std::string& field : fields) {
        out += "," + escaped(field);
    }
    return out + "\n";
}

std::vector<std::string> ui_fields(Line::Channel channel, const std::string& text) {
    return {"ui", channel == Line::Channel::say ? "say" : "error", strip_colors(text)};
}

MachineReadable::MachineReadable(Output output) : output_(std::move(output)) {}

void MachineReadable::on_event(const exec::Event& event) {
    const std::lock_guard lock(mutex_);
    for (const Telling& telling : narration_.tell(event)) {
        if (const Line* line = std::get_if<Line>(&telling)) {
            output_.write(machine_line(output_.now(), "", ui_fields(line->channel, line->text)));
        } else {
            const Record& record = std::get<Record>(telling);
            output_.write(machine_line(output_.now(), record.target, record.fields));
        }
    }
}

}  // namespace kiln::report
