#include "base/strings.hpp"
#include "prove/report.hpp"

#include <algorithm>

namespace kiln::prove {
namespace {

std::string counts_text(const Counts& counts) {
    std::vector<std::string> parts;
    for (const auto& [number, what] :
         {std::pair(counts.failed, " failed"),
          {counts.warned, counts.warned == 1 ? " warning" : " warnings"},
          {counts.skipped, " skipped"},
          {counts.passed, " passed"}}) {
        if (number > 0) {
            parts.push_back(std::to_string(number) + what);
        }
    }
    return parts.empty() ? "nothing to check" : join(parts, ", ");
}

const char* color_of(Status status) {
    switch (status) {
        case Status::pass:
            return "\033[32m";
        case Status::warn:
            return "\033[33m";
        case Status::fail:
            return "\033[1;31m";
        case Status::skip:
            return "\033[36m";
    }
    return "";
}

class ResultsWriter {
public:
    explicit ResultsWriter(const TextStyle& style) : style_(style) {}

    void write(const std::vector<Result>& results) {
        for (auto begin = results.begin(); begin != results.end();) {
            const auto end = std::find_if(begin, results.end(), [&](const Result& result) {
                return result.group != begin->group;
            });
            write_group({begin, end});
            begin = end;
        }
        text_ += (text_.empty() ? "" : "\n") + counts_text(count(results)) + "\n";
    }

    std::string text() { return std::move(text_); }

private:
    void write_group(const std::vector<Result>& results) {
        text_ += text_.empty() ? "" : "\n";
        text_ +=
            colored("\033[1m", results.front().group) + ": " + counts_text(count(results)) + "\n";
        std::size_t width = 0;
        for (const Result& result : results) {
            width = std::max(width, result.id.size());
        }
        for (const Result& result : results) {
            if (style_.all || result.status != Status::pass) {
                write_line(result, width);
            }
        }
    }

    void write_line(const Result& result, std::size_t width) {
        text_ += "  " + colored(color_of(result.status), to_string(result.status)) + "  " +
                 result.id + std::string(width - result.id.size(), ' ') + "  ";
        const std::string said = result.subject.empty()  ? result.detail
                                 : result.detail.empty() ? result.subject
                                                         : result.subject + ": " + result.detail;
        text_ += replace_all(to_valid_utf8(said), "\n", " ") + "\n";
        if (!result.remedy.empty()) {
            text_ += std::string(width + 10, ' ') + "-> " + to_valid_utf8(result.remedy) + "\n";
        }
    }

    std::string colored(std::string_view code, const std::string& text) const {
        return style_.color ? std::string(code) + text + "\033[0m" : text;
    }

    const TextStyle& style_;
    std::string text_;
};

}  // namespace

std::string results_text(const std::vector<Result>& results, const TextStyle& style) {
    ResultsWriter writer(style);
    writer.write(results);
    return writer.text();
}

}  // namespace kiln::prove
