#include "execute/local_file_inputs.hpp"

#include "base/ascii.hpp"
#include "base/digest.hpp"
#include "base/strings.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::exec {

namespace {

bool is_sha256(std::string_view text) {
    constexpr std::size_t kHexDigits = 64;
    return text.size() == kHexDigits && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f');
           });
}

// Of a file, as local_tree_inputs has it: "100644 DIGEST".
std::optional<std::string> digest_with_mode(const std::string& value) {
    const std::size_t blank = value.find(' ');
    if (blank == std::string::npos || !is_sha256(std::string_view(value).substr(blank + 1))) {
        return std::nullopt;
    }
    return value.substr(blank + 1);
}

// Of a script: its input is named after the file and has the digest of what is sent, which is the
// text with its line ends as Unix has them.
std::optional<std::string> digest_of_script(const BuildContext& context, const StepInput& input) {
    sys::FileSystem& files = context.effects.files;
    const std::optional<sys::FileStatus> status =
        is_sha256(input.value) ? files.status_followed(input.name) : std::nullopt;
    if (!status || status->type != sys::FileType::regular) {
        return std::nullopt;
    }
    const std::string text = files.read_file(input.name);
    const std::string digest = sha256_hex(text);
    if (digest == input.value || sha256_hex(replace_all(text, "\r\n", "\n")) == input.value) {
        return digest;
    }
    return std::nullopt;
}

}  // namespace

void add_local_files(const BuildContext& context, const std::vector<StepInput>& inputs) {
    for (const StepInput& input : inputs) {
        std::optional<std::string> digest = digest_with_mode(input.value);
        if (!digest) {
            digest = digest_of_script(context, input);
        }
        if (digest) {
            context.inputs->add({.name = input.name, .digests = {{"sha256", *digest}}});
        }
    }
}

}  // namespace kiln::exec
