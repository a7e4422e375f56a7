#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What is shown in the place of a secret, and how secrets are found in texts. Packer's words:
/// users look for "<sensitive>" in logs.
namespace kiln {

constexpr std::string_view kSensitive = "<sensitive>";

/// Adds a secret, and each line of one with several, as output comes in lines. A line that is too
/// short to tell anything of it ("{", "fi") is left out: without it everything else would become
/// unreadable. "" hides nothing.
void add_secret_text(std::string_view secret, std::vector<std::string>& secrets);

/// Without repetitions, longest first: where one secret is a part of another, the longer one must
/// be replaced first.
std::vector<std::string> sorted_secrets(std::vector<std::string> secrets);

/// `text` with every secret, wherever it stands, replaced by "<sensitive>". `secrets` are sorted.
std::string mask_secrets(std::string text, const std::vector<std::string>& secrets);

/// The same for a text of which it is known that people wrote it, not a machine's output: a secret
/// of fewer than four bytes ("1", "on") is replaced only where it stands for itself, not within a
/// word or a number, as it would mangle every date and count and tell what it is by that.
std::string mask_whole_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace kiln
