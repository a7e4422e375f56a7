#include "goss/patterns.hpp"

#include <algorithm>
#include <re2/re2.h>

namespace kiln::goss {

namespace {

// goss reads line by line and gives up at a longer one.
constexpr std::size_t kMaxLine = 1024UL * 1024;

}  // namespace

std::string Patterns::add(const std::string& spelled) {
    Pattern pattern;
    pattern.spelled = spelled;
    pattern.inverse = spelled.starts_with('!');
    const std::string_view body = std::string_view(spelled).substr(pattern.inverse ? 1 : 0);
    if (body.starts_with('/') && spelled.ends_with('/')) {
        if (body.size() < 2) {
            return "a regular expression needs two slashes";
        }
        re2::RE2::Options options;
        options.set_log_errors(false);
        const std::string_view inner = body.substr(1, body.size() - 2);
        pattern.regexp =
            std::make_shared<re2::RE2>(re2::StringPiece(inner.data(), inner.size()), options);
        if (!pattern.regexp->ok()) {
            return "no regular expression: " + pattern.regexp->error();
        }
    } else {
        const std::size_t first = spelled.find_first_not_of("\\/!");
        pattern.text = first == std::string::npos ? "" : spelled.substr(first);
    }
    patterns_.push_back(std::move(pattern));
    return "";
}

bool Patterns::matches(const Pattern& pattern, std::string_view line) {
    if (pattern.regexp != nullptr) {
        return re2::RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *pattern.regexp);
    }
    return line.find(pattern.text) != std::string_view::npos;
}

Patterns::Result Patterns::search(std::string_view text) const {
    Result result;
    std::vector<const Pattern*> open;
    for (const Pattern& pattern : patterns_) {
        open.push_back(&pattern);
    }
    std::size_t kept = 0;
    const auto keep = [&](const Pattern& pattern) {
        result.found.push_back(pattern.spelled);
        ++kept;
    };
    while (!text.empty() && !open.empty()) {
        const std::size_t newline = text.find('\n');
        std::string_view line = text.substr(0, newline);
        text = newline == std::string_view::npos ? "" : text.substr(newline + 1);
        if (line.size() >= kMaxLine) {
            result.error = "bufio.Scanner: token too long";
            return result;
        }
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        std::erase_if(open, [&](const Pattern* pattern) {
            const bool matched = matches(*pattern, line);
            if (matched && !pattern->inverse) {
                keep(*pattern);
            }
            return matched;
        });
    }
    for (const Pattern* pattern : open) {
        if (pattern->inverse || pattern->spelled.empty()) {
            keep(*pattern);
        }
    }
    result.success = kept == patterns_.size();
    for (const Pattern& pattern : patterns_) {
        if (std::find(result.found.begin(), result.found.end(), pattern.spelled) ==
            result.found.end()) {
            result.missing.push_back(pattern.spelled);
        }
    }
    return result;
}

}  // namespace kiln::goss
