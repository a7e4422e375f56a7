#include "base/sensitive.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"

#include <algorithm>

namespace kiln {

namespace {

constexpr std::size_t kShortestLine = 4;
constexpr std::size_t kShortestPart = 4;

bool is_part_of_word(char c) {
    return is_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80U;
}

/// Whether the text at [begin, end) is no part of a longer word.
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
    return (begin == 0 || !is_part_of_word(text[begin - 1])) &&
           (end == text.size() || !is_part_of_word(text[end]));
}

// One pass from left to right, so that a mask is never searched for the next secret.
template <class Counts>
std::string masked(std::string text, const std::vector<std::string>& secrets, Counts counts_at) {
    std::vector<std::string_view> present;
    for (const std::string& secret : secrets) {
        if (!secret.empty() && text.find(secret) != std::string::npos) {
            present.push_back(secret);
        }
    }
    if (present.empty()) {
        return text;
    }
    const std::string_view whole = text;
    std::string out;
    for (std::size_t at = 0; at < whole.size();) {
        const auto secret =
            std::find_if(present.begin(), present.end(), [&](std::string_view candidate) {
                return whole.substr(at).starts_with(candidate) &&
                       counts_at(whole, at, at + candidate.size());
            });
        if (secret == present.end()) {
            out += whole[at++];
        } else {
            out += kSensitive;
            at += secret->size();
        }
    }
    return out;
}

}  // namespace

void add_secret_text(std::string_view secret, std::vector<std::string>& secrets) {
    if (secret.empty()) {
        return;
    }
    secrets.emplace_back(secret);
    if (secret.find('\n') == std::string_view::npos) {
        return;
    }
    for (const std::string& line : split(secret, '\n')) {
        const std::string_view trimmed = trim(line);
        if (trimmed.size() >= kShortestLine) {
            secrets.emplace_back(trimmed);
        }
    }
}

std::vector<std::string> sorted_secrets(std::vector<std::string> secrets) {
    std::sort(secrets.begin(), secrets.end(), [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    secrets.erase(std::unique(secrets.begin(), secrets.end()), secrets.end());
    return secrets;
}

std::string mask_secrets(std::string text, const std::vector<std::string>& secrets) {
    return masked(std::move(text), secrets, [](std::string_view, std::size_t, std::size_t) {
        return true;
    });
}

std::string mask_whole_secrets(std::string text, const std::vector<std::string>& secrets) {
    return masked(
        std::move(text),
        secrets,
        [](std::string_view whole, std::size_t begin, std::size_t end) {
            return end - begin >= kShortestPart || stands_alone(whole, begin, end);
        }
    );
}

}  // namespace kiln
