#include "execute/builder/amazon/user_data.hpp"

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kiln::exec {

namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 10;

constexpr std::string_view kBoundary = "===============kiln-user-data==";

// The first line tells cloud-init what a part is; these are those that it takes.
constexpr std::array kKinds = {
    std::pair<std::string_view, std::string_view>{"#!", "text/x-shellscript"},
    std::pair<std::string_view, std::string_view>{"#cloud-config", "text/cloud-config"},
    std::pair<std::string_view, std::string_view>{"#cloud-boothook", "text/cloud-boothook"},
    std::pair<std::string_view, std::string_view>{"#include", "text/x-include-url"}};

bool starts_a_message(std::string_view text) {
    constexpr std::array<std::string_view, 2> kHeaders = {
        "Content-Type: multipart/", "MIME-Version:"};
    return std::any_of(kHeaders.begin(), kHeaders.end(), [text](std::string_view header) {
        return equal_ignoring_case(text.substr(0, header.size()), header);
    });
}

std::string_view kind_of(std::string_view text) {
    for (const auto& [begin, kind] : kKinds) {
        if (text.starts_with(begin)) {
            return kind;
        }
    }
    return {};
}

std::string part(std::string_view content_type, std::string_view body) {
    return "--" + std::string(kBoundary) + "\nContent-Type: " + std::string(content_type) +
           "; charset=\"utf-8\"\nMIME-Version: 1.0\n\n" + std::string(body) +
           (body.ends_with('\n') ? "" : "\n");
}

// A message within the message: its own headers say what it is.
std::string nested(std::string_view message) {
    return "--" + std::string(kBoundary) + "\n" + std::string(message) +
           (message.ends_with('\n') ? "" : "\n");
}

std::string indent(std::string_view text) {
    std::string result;
    for (const std::string& line : split(trim(text), '\n')) {
        result += "    " + line + "\n";
    }
    return result;
}

std::string host_key_config(const OwnUserData& own) {
    return "#cloud-config\n"
           "# The build's own host key: kiln knows it before the first connection.\n"
           "ssh_deletekeys: true\n"
           "ssh_genkeytypes: []\n"
           "ssh_keys:\n"
           "  ed25519_private: |\n" +
           indent(own.host_private_key) + "  ed25519_public: " + own.host_public_key + "\n";
}

// At each boot, as a reboot forgets the timer. Only this boot's systemd knows of it: nothing of it
// is in the image.
std::string timer(std::chrono::minutes longest) {
    return "#cloud-boothook\n#!/bin/sh\n"
           "# An instance whose builder is gone does not run on for ever.\n"
           "shutdown -P +" +
           std::to_string(longest.count()) + "\n";
}

}  // namespace

bool can_be_joined(std::string_view user_data) {
    return trim(user_data).empty() || starts_a_message(user_data) || !kind_of(user_data).empty();
}

std::string join_user_data(std::string_view of_template, const OwnUserData& own) {
    std::string text = "Content-Type: multipart/mixed; boundary=\"" + std::string(kBoundary) +
                       "\"\nMIME-Version: 1.0\n\n";
    if (!own.host_private_key.empty()) {
        text += part("text/cloud-config", host_key_config(own));
    }
    if (own.longest.count() > 0) {
        text += part("text/cloud-boothook", timer(own.longest));
    }
    if (starts_a_message(of_template)) {
        text += nested(of_template);
    } else if (!trim(of_template).empty()) {
        text += part(kind_of(of_template), of_template);
    }
    return text + "--" + std::string(kBoundary) + "--\n";
}

std::string encode_user_data(const std::string& text) {
    const std::optional<std::string> decoded = decode_base64(text);
    const std::size_t bytes = decoded && !text.empty() ? decoded->size() : text.size();
    if (bytes > kMostBytes) {
        throw Error(
            ErrorKind::input,
            "the user data has " + std::to_string(bytes) + " bytes, and EC2 takes " +
                std::to_string(kMostBytes)
        )
            .set_hint("let it fetch what is long, or leave that to a provisioner");
    }
    return decoded ? text : encode_base64(text);
}

}  // namespace kiln::exec
