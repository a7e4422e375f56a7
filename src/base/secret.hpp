#pragma once

#include <string>
#include <utility>

namespace kiln {

/// A text that no message may show: it has to be asked for by name, and it prints as "***".
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    bool operator==(const Secret&) const = default;

private:
    std::string text_;
};

inline std::string to_string(const Secret& secret) {
    return secret.empty() ? "" : "***";
}

}  // namespace kiln
