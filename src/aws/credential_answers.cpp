#include "aws/credential_answers.hpp"

#include "base/error.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

namespace kiln::aws {

namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Json parse_object(const std::string& text, ErrorKind kind) {
    Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
        // The answer itself is not shown: it may be a secret that is merely misplaced.
        throw Error(kind, "the answer is not a JSON object");
    }
    return json;
}

Credentials checked(Credentials credentials, ErrorKind kind) {
    if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
        throw Error(kind, "the answer carries no access key");
    }
    return credentials;
}

/// Digits of a fixed width at `at`, which moves past them; -1 when there are others.
int take_number(std::string_view text, std::size_t& at, std::size_t digits) {
    int number = -1;
    if (at + digits <= text.size()) {
        const char* begin = text.data() + at;
        const auto [end, code] = std::from_chars(begin, begin + digits, number);
        number = code == std::errc{} && end == begin + digits ? number : -1;
    }
    at += digits + 1;  // and what stands between
    return number;
}

/// "Z" or "+hh:mm" or "-hh:mm", as what must be subtracted; nothing for anything else.
std::optional<std::chrono::minutes> read_offset(std::string_view text) {
    if (text == "Z") {
        return std::chrono::minutes::zero();
    }
    constexpr std::size_t kOffsetSize = 6;
    if (text.size() != kOffsetSize || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
        return std::nullopt;
    }
    std::size_t at = 1;
    const int hours = take_number(text, at, 2);
    const int minutes = take_number(text, at, 2);
    if (hours < 0 || minutes < 0) {
        return std::nullopt;
    }
    const auto size = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return text[0] == '-' ? -size : size;
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> read_aws_time(std::string_view text) {
    constexpr std::string_view kShape = "0000-00-00T00:00:00";
    if (text.size() <= kShape.size()) {
        return std::nullopt;
    }
    std::size_t at = 0;
    const int year = take_number(text, at, 4);
    const int month = take_number(text, at, 2);
    const int day = take_number(text, at, 2);
    const int hour = take_number(text, at, 2);
    const int minute = take_number(text, at, 2);
    const int second = take_number(text, at, 2);
    std::string_view rest = text.substr(kShape.size());
    if (rest.front() == '.') {
        rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
    }
    const auto offset = read_offset(rest);
    const std::chrono::year_month_day date{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || hour < 0 || minute < 0 || second < 0 || !offset) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date} + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) - *offset;
}

Credentials read_sts_answer(const std::string& xml) {
    pugi::xml_document document;
    document.load_buffer(xml.data(), xml.size());
    const pugi::xml_node found = document.find_node([](const pugi::xml_node& node) {
        return std::string_view(node.name()) == "Credentials";
    });
    return checked(
        {found.child("AccessKeyId").text().get(),
         Secret(found.child("SecretAccessKey").text().get()),
         Secret(found.child("SessionToken").text().get()),
         read_aws_time(found.child("Expiration").text().get())},
        ErrorKind::network
    );
}

Credentials read_metadata_answer(const std::string& json) {
    const Json object = parse_object(json, ErrorKind::network);
    const std::string code = text_of(object, "Code");
    if (!code.empty() && code != "Success") {
        throw Error(ErrorKind::network, code + ": " + text_of(object, "Message"));
    }
    return checked(
        {text_of(object, "AccessKeyId"),
         Secret(text_of(object, "SecretAccessKey")),
         Secret(text_of(object, "Token")),
         read_aws_time(text_of(object, "Expiration"))},
        ErrorKind::network
    );
}

Credentials read_vault_answer(const std::string& json, std::chrono::system_clock::time_point now) {
    const Json object = parse_object(json, ErrorKind::network);
    const auto data = object.find("data");
    if (data == object.end() || !data->is_object()) {
        throw Error(ErrorKind::network, "the answer carries no data");
    }
    Credentials credentials{
        text_of(*data, "access_key"),
        Secret(text_of(*data, "secret_key")),
        Secret(text_of(*data, "security_token")),
        std::nullopt};
    const auto lease = object.find("lease_duration");
    if (lease != object.end() && lease->is_number_integer() && lease->get<std::int64_t>() > 0) {
        credentials.expires_at = now + std::chrono::seconds(lease->get<std::int64_t>());
    }
    return checked(std::move(credentials), ErrorKind::network);
}

Credentials read_process_answer(const std::string& json) {
    const Json object = parse_object(json, ErrorKind::command);
    const auto version = object.find("Version");
    if (version == object.end() || *version != 1) {
        throw Error(ErrorKind::command, "the answer has not \"Version\": 1");
    }
    return checked(
        {text_of(object, "AccessKeyId"),
         Secret(text_of(object, "SecretAccessKey")),
         Secret(text_of(object, "SessionToken")),
         read_aws_time(text_of(object, "Expiration"))},
        ErrorKind::command
    );
}

Credentials read_sso_answer(const std::string& json) {
    const Json object = parse_object(json, ErrorKind::network);
    const Json role = object.value("roleCredentials", Json::object());
    Credentials credentials{
        text_of(role, "accessKeyId"),
        Secret(text_of(role, "secretAccessKey")),
        Secret(text_of(role, "sessionToken")),
        std::nullopt};
    if (const auto at = role.find("expiration"); at != role.end() && at->is_number_integer()) {
        credentials.expires_at =
            std::chrono::system_clock::time_point(std::chrono::milliseconds(at->get<std::int64_t>())
            );
    }
    return checked(std::move(credentials), ErrorKind::network);
}

SsoToken read_sso_token(const std::string& json) {
    const Json object = parse_object(json, ErrorKind::input);
    return {Secret(text_of(object, "accessToken")), read_aws_time(text_of(object, "expiresAt"))};
}

}  // namespace kiln::aws
