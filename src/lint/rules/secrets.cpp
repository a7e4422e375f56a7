#include "hcl/references.hpp"
#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/subject.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace kiln::lint {

namespace {

bool is_key_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_secret_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '+' || c == '=';
}

// IAM documentation, "IAM identifiers": AKIA is a long-lived key, ASIA a temporary one.
constexpr std::size_t kAccessKeyLength = 20;
constexpr std::size_t kSecretKeyLength = 40;

class TextScan {
public:
    TextScan(const SourceFile& file, Findings& findings)
        : file_(file), text_(file.text()), findings_(findings) {}

    void scan() {
        find_access_keys("AKIA");
        find_access_keys("ASIA");
        find_secret_keys();
        find_private_keys();
    }

private:
    void find_access_keys(std::string_view prefix) {
        for (std::size_t at = text_.find(prefix); at != std::string_view::npos;
             at = text_.find(prefix, at + 1)) {
            const std::string_view key = text_.substr(at, kAccessKeyLength);
            const bool whole =
                key.size() == kAccessKeyLength &&
                std::all_of(key.begin(), key.end(), is_key_character) &&
                (at == 0 || std::isalnum(static_cast<unsigned char>(text_[at - 1])) == 0) &&
                (at + kAccessKeyLength == text_.size() ||
                 std::isalnum(static_cast<unsigned char>(text_[at + kAccessKeyLength])) == 0);
            // The documentation's own examples end so.
            if (whole && !key.ends_with("EXAMPLE")) {
                report(at, key, "an AWS access key stands in the text");
            }
        }
    }

    // aws_secret_access_key = "...", "secret_key": "..."
    void find_secret_keys() {
        for (const std::string_view name :
             {"secret_access_key", "SECRET_ACCESS_KEY", "secret_key", "SecretAccessKey"}) {
            for (std::size_t at = text_.find(name); at != std::string_view::npos;
                 at = text_.find(name, at + 1)) {
                std::size_t begin = at + name.size();
                while (begin < text_.size() &&
                       std::string_view(" \t\"':=").find(text_[begin]) != std::string_view::npos) {
                    ++begin;
                }
                const std::string_view key = text_.substr(begin, kSecretKeyLength);
                const bool whole = key.size() == kSecretKeyLength &&
                                   std::all_of(key.begin(), key.end(), is_secret_character) &&
                                   (begin + kSecretKeyLength == text_.size() ||
                                    !is_secret_character(text_[begin + kSecretKeyLength]));
                if (whole && !key.ends_with("EXAMPLEKEY")) {
                    report(begin, key, "an AWS secret key stands in the text");
                }
            }
        }
    }

    void find_private_keys() {
        for (std::size_t at = text_.find("-----BEGIN "); at != std::string_view::npos;
             at = text_.find("-----BEGIN ", at + 1)) {
            const std::string_view line = text_.substr(at, text_.find('\n', at) - at);
            if (line.find("PRIVATE KEY-----") != std::string_view::npos) {
                const std::size_t length = line.find("PRIVATE KEY-----") + 16;
                // A key on one line, with \n for newlines, must not be shown.
                if (line.size() > length) {
                    findings_.add_secret(line.substr(length));
                }
                findings_.add(range(at, length), "a private key stands in the text", hint());
            }
        }
    }

    void report(std::size_t at, std::string_view secret, const char* summary) {
        findings_.add_secret(secret);
        findings_.add(range(at, secret.size()), summary, hint());
    }

    SourceRange range(std::size_t at, std::size_t length) const {
        return {&file_, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + length)};
    }

    static const char* hint() {
        return "revoke it, and hand it over at run time: a sensitive variable, a profile, a role";
    }

    const SourceFile& file_;
    std::string_view text_;
    Findings& findings_;
};

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

// By its name; names that go on ("password_length") speak of something about a secret.
bool names_secret(const std::string& name) {
    constexpr std::array<std::string_view, 9> kEndings = {
        "password",
        "passwd",
        "passphrase",
        "secret",
        "secret_key",
        "token",
        "api_key",
        "private_key",
        "secret_access_key"};
    const std::string lower = lower_case(name);
    return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
        return lower.ends_with(ending);
    });
}

}  // namespace

void check_secret_in_text(const Subject& subject, Findings& findings) {
    for (const auto& file : subject.texts().files()) {
        TextScan(*file, findings).scan();
    }
}

void check_secret_not_sensitive(const Subject& subject, Findings& findings) {
    for (const tmpl::Variable& variable : subject.source().variables) {
        const bool can_be_text = variable.type.kind() == hcl::TypeKind::string ||
                                 variable.type.kind() == hcl::TypeKind::dynamic;
        if (!variable.sensitive && can_be_text && names_secret(variable.name)) {
            findings.add(
                variable.range,
                "variable \"" + variable.name +
                    "\" is not sensitive: its value is shown in output "
                    "and logs",
                "sensitive = true (in JSON templates: \"sensitive-variables\")"
            );
        }
    }
}

void check_plain_password(const Subject& subject, Findings& findings) {
    for (const Component* component : subject.components()) {
        for (const char* option :
             {"ssh_password",
              "ssh_bastion_password",
              "ssh_proxy_password",
              "winrm_password",
              "secret_key",
              "token",
              "password"}) {
            const hcl::Expression* expression = component->options.expression(option);
            const std::optional<Text> text = component->options.text(option);
            if (expression == nullptr || !text || text->text.empty() ||
                !hcl::references(*expression).empty() ||
                expression->range.text().find("{{") != std::string_view::npos) {
                continue;
            }
            findings.add_secret(text->text);
            findings.add(
                text->range,
                std::string(option) + " stands in the template",
                "take it from a sensitive variable"
            );
        }
    }
}

}  // namespace kiln::lint
