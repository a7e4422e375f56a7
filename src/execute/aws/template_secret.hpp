#pragma once

#include <optional>
#include <string>

namespace kiln::exec {

/// What aws_secretsmanager(name, key) gives for a secret of this text: a plain text as it is, of a
/// JSON object the member `key`, and without a key its only member. Error{input} for a key that is
/// not there, and for a missing key when there are several.
std::string template_secret(
    const std::string& name, const std::string& text, const std::optional<std::string>& key
);

}  // namespace kiln::exec
