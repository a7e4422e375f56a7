#include "report/human_output.hpp"

#include "report/color.hpp"

#include <algorithm>
#include <utility>

namespace kiln::report {

HumanOutput::HumanOutput(Output output, HumanOptions options)
    : output_(std::move(output)), options_(std::move(options)), live_(options_.usual) {}

void HumanOutput::on_event(const exec::Event& event) {
    const std::lock_guard lock(mutex_);
    if (const auto* start = std::get_if<exec::RunStarted>(&event)) {
        introduce(start->builds);
    }
    const bool paint = live_.update(event, output_.now());
    const std::vector<Telling> tellings = narration_.tell(event);
    if (options_.live_columns && paint && tellings.empty()) {
        repaint("");
    }
    for (const Telling& telling : tellings) {
        if (const Line* line = std::get_if<Line>(&telling)) {
            show(*line);
        }
    }
}

void HumanOutput::clear_live() {
    const std::lock_guard lock(mutex_);
    output_.write(live_.erase());
    is_cleared_ = true;
}

void HumanOutput::tick() {
    const std::lock_guard lock(mutex_);
    if (options_.live_columns && !is_cleared_ && !live_.is_empty()) {
        repaint("");
    }
}

void HumanOutput::introduce(const std::vector<std::string>& builds) {
    builds_ = builds;
    if (!options_.color || builds.empty()) {
        return;
    }
    std::string out;
    for (const std::string& build : builds) {
        const Line line{Line::Channel::say, build, build + ": output will be in this color."};
        out += colored(line, line.text) + "\n";
    }
    output_.write(out + "\n");
}

void HumanOutput::show(const Line& line) {
    std::string text = options_.color ? line.text : strip_colors(line.text);
    if (options_.timestamps && !line.build.empty()) {
        text = rfc3339_local(output_.now()) + ": " + text;
    }
    repaint(colored(line, text) + "\n");
}

void HumanOutput::repaint(const std::string& lines) {
    std::string out = live_.erase() + lines;
    if (options_.live_columns) {
        out += live_.draw(output_.now(), options_.live_columns());
    }
    is_cleared_ = false;
    // One write: what another program writes meanwhile can not land in the middle.
    output_.write(out);
}

std::string HumanOutput::colored(const Line& line, const std::string& text) const {
    if (!options_.color) {
        return text;
    }
    std::string_view color;
    if (line.channel == Line::Channel::error) {
        color = kErrorColor;
    } else if (!line.build.empty()) {
        const auto at = std::find(builds_.begin(), builds_.end(), line.build);
        color = build_color(static_cast<std::size_t>(at - builds_.begin()));
    } else {
        return text;
    }
    return std::string(color) + text + std::string(kColorEnd);
}

}  // namespace kiln::report
