#include "image/device_names.hpp"

#include <algorithm>

namespace kiln::image {

namespace {

// Amazon EC2 User Guide, "Device names for volumes": hardware virtualization.
constexpr std::string_view kScsi = "/dev/sd";
constexpr std::string_view kXen = "/dev/xvd";
constexpr char kFirstData = 'f';
constexpr char kLastData = 'p';

/// "f" of "/dev/sdf" and of "/dev/xvdf1"; a name of another kind as it is.
std::string letters_of(const std::string& name) {
    const std::string_view prefix = name.starts_with(kXen) ? kXen : kScsi;
    if (!name.starts_with(prefix)) {
        return name;
    }
    std::string letters = name.substr(prefix.size());
    while (!letters.empty() && letters.back() >= '0' && letters.back() <= '9') {
        letters.pop_back();
    }
    return letters;
}

bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

}  // namespace

bool is_device_name(const std::string& name) {
    if (name.starts_with(kScsi)) {
        return name.size() == kScsi.size() + 1 && is_letter(name.back());
    }
    if (!name.starts_with(kXen)) {
        return false;
    }
    const std::string letters = name.substr(kXen.size());
    if (letters.size() == 1) {
        return is_letter(letters[0]);
    }
    return letters.size() == 2 && letters[0] >= 'a' && letters[0] <= 'd' && is_letter(letters[1]);
}

bool are_one_device(const std::string& a, const std::string& b) {
    return letters_of(a) == letters_of(b);
}

std::optional<std::string> free_device_name(const std::vector<std::string>& taken) {
    for (char letter = kFirstData; letter <= kLastData; ++letter) {
        const std::string name = std::string(kScsi) + letter;
        const bool is_taken = std::any_of(taken.begin(), taken.end(), [&](const std::string& one) {
            return are_one_device(one, name);
        });
        if (!is_taken) {
            return name;
        }
    }
    return std::nullopt;
}

}  // namespace kiln::image
