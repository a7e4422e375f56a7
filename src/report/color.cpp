#include "report/color.hpp"

#include <array>

namespace kiln::report {

bool use_color(const ColorWishes& wishes) {
    if (wishes.flag) {
        return *wishes.flag;
    }
    return wishes.is_terminal && !wishes.packer_no_color && !wishes.no_color;
}

std::string_view build_color(std::size_t index) {
    static constexpr std::array<std::string_view, 5> kColors = {
        "\033[1;32m", "\033[1;36m", "\033[1;35m", "\033[1;33m", "\033[1;34m"};
    return kColors[index % kColors.size()];
}

std::string strip_colors(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        if (text.starts_with("\033[")) {
            const std::size_t end = text.find_first_not_of("0123456789;:", 2);
            if (end != std::string_view::npos && text[end] == 'm') {
                text.remove_prefix(end + 1);
                continue;
            }
        }
        out += text.front();
        text.remove_prefix(1);
    }
    return out;
}

}  // namespace kiln::report
