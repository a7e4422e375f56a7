#include "aws/shared_config.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <functional>

namespace kiln::aws {

namespace {

/// What a section of that name is; nothing for one that is of no interest to us.
using SectionOf = std::function<ConfigSection*(const std::string& name)>;

/// Without a comment at its end: a '#' or ';' begins one after a blank.
std::string_view without_comment(std::string_view value) {
    for (std::size_t i = 1; i < value.size(); ++i) {
        const bool after_blank = value[i - 1] == ' ' || value[i - 1] == '\t';
        if (after_blank && (value[i] == '#' || value[i] == ';')) {
            return trim(value.substr(0, i));
        }
    }
    return value;
}

class Reader {
public:
    Reader(std::string path, SectionOf section_of)
        : path_(std::move(path)), section_of_(std::move(section_of)) {}

    void read(std::string_view text) {
        for (const std::string& line : split(text, '\n')) {
            ++number_;
            const std::string_view content = trim(line);
            if (content.empty() || content.front() == '#' || content.front() == ';') {
                continue;
            }
            const bool indented = line.front() == ' ' || line.front() == '\t';
            if (content.front() == '[') {
                enter(content);
            } else if (indented && !open_key_.empty()) {
                add_nested(content);
            } else {
                add(content);
            }
        }
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::input, path_ + ":" + std::to_string(number_) + ": " + what)
            .set_hint("a line is \"[section]\", \"key = value\", or a comment that begins with #");
    }

    void enter(std::string_view content) {
        const auto close = content.find(']');
        if (close == std::string_view::npos) {
            refuse("this section name has no \"]\"");
        }
        skipped_ = ConfigSection{};
        section_ = section_of_(std::string(trim(content.substr(1, close - 1))));
        section_ = section_ == nullptr ? &skipped_ : section_;
        open_key_.clear();
    }

    std::pair<std::string, std::string> key_and_value(std::string_view content) const {
        const auto equals = content.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            refuse("found \"" + std::string(content) + "\" where a key and a value belong");
        }
        return {
            std::string(trim(content.substr(0, equals))),
            std::string(without_comment(trim(content.substr(equals + 1))))};
    }

    void add(std::string_view content) {
        if (section_ == nullptr) {
            refuse("this key stands before the first section");
        }
        const auto [key, value] = key_and_value(content);
        section_->values[key] = value;
        open_key_ = value.empty() ? key : "";
    }

    void add_nested(std::string_view content) {
        const auto [key, value] = key_and_value(content);
        section_->nested[open_key_][key] = value;
    }

    std::string path_;
    SectionOf section_of_;
    std::size_t number_ = 0;
    ConfigSection skipped_;
    ConfigSection* section_ = nullptr;
    std::string open_key_;  ///< the key without a value that indented lines belong to
};

/// The rest of `name` after `kind` and a blank: "profile x" is x.
std::string name_after(const std::string& name, std::string_view kind) {
    if (!name.starts_with(kind) || name.size() <= kind.size() ||
        (name[kind.size()] != ' ' && name[kind.size()] != '\t')) {
        return "";
    }
    std::string_view rest = trim(std::string_view(name).substr(kind.size()));
    if (rest.size() >= 2 && rest.front() == '"' && rest.back() == '"') {
        rest = rest.substr(1, rest.size() - 2);
    }
    return std::string(rest);
}

std::string value_in(
    const std::map<std::string, ConfigSection>& sections,
    const std::string& name,
    const std::string& key
) {
    const auto found = sections.find(name);
    return found == sections.end() ? "" : found->second.value(key);
}

}  // namespace

std::string ConfigSection::value(const std::string& key) const {
    const auto found = values.find(key);
    return found == values.end() ? "" : found->second;
}

bool SharedConfig::has_profile(const std::string& name) const {
    return profiles.contains(name) || credentials.contains(name);
}

std::string SharedConfig::value(const std::string& profile, const std::string& key) const {
    const std::string first = value_in(credentials, profile, key);
    return first.empty() ? value_in(profiles, profile, key) : first;
}

void read_config_file(SharedConfig& config, const std::string& path, std::string_view text) {
    const auto section_of = [&config](const std::string& name) -> ConfigSection* {
        if (name == "default") {
            return &config.profiles[name];
        }
        if (const std::string profile = name_after(name, "profile"); !profile.empty()) {
            return &config.profiles[profile];
        }
        if (const std::string session = name_after(name, "sso-session"); !session.empty()) {
            return &config.sso_sessions[session];
        }
        if (const std::string services = name_after(name, "services"); !services.empty()) {
            return &config.services[services];
        }
        return nullptr;
    };
    Reader(path, section_of).read(text);
}

void read_credentials_file(SharedConfig& config, const std::string& path, std::string_view text) {
    Reader(path, [&config](const std::string& name) {
        return &config.credentials[name];
    }).read(text);
}

}  // namespace kiln::aws
