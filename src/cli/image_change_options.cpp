#include "cli/image_change_options.hpp"

#include "base/error.hpp"
#include "image/change.hpp"
#include "image/times.hpp"

#include <chrono>
#include <optional>

namespace kiln::cli {

void ImageEndOptions::declare(CommandLine& line) {
    line.option("at", "TIME", at);
    line.option("in", "AGE", in);
}

std::string ImageEndOptions::time(const Session& session) const {
    if (at.empty() && in.empty()) {
        return "";
    }
    if (!at.empty() && !in.empty()) {
        throw Error(ErrorKind::usage, "-at and -in exclude each other");
    }
    const auto age = image::parse_age(in);
    const auto time = at.empty() ? (age ? std::optional(session.start + *age) : std::nullopt)
                                 : image::parse_time(at);
    if (!time) {
        throw Error(
            ErrorKind::usage,
            at.empty() ? "-in: \"" + in + "\" is no age" : "-at: \"" + at + "\" is no time"
        )
            .set_hint(
                at.empty() ? "write it as 12h, 90d, 2w or 1y"
                           : "write it as 2027-01-31 or 2027-01-31T12:00:00Z"
            );
    }
    // EC2 API Reference, EnableImageDeprecation.
    constexpr std::chrono::hours kTenYears{10 * 365 * 24};
    if (*time < session.start || *time > session.start + kTenYears) {
        throw Error(
            ErrorKind::usage, image::time_text(*time) + " is not within the next ten years"
        );
    }
    return image::time_text(*time);
}

void refuse_tag(const std::string& key, const std::string& value) {
    if (const std::string mistake = image::tag_mistake(key, value); !mistake.empty()) {
        throw Error(ErrorKind::usage, mistake);
    }
}

aws::ec2::Tags tags_to_set(const std::vector<std::string>& texts) {
    aws::ec2::Tags tags;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos) {
            throw Error(ErrorKind::usage, "-set: \"" + text + "\" is not KEY=VALUE");
        }
        refuse_tag(text.substr(0, equals), text.substr(equals + 1));
        tags[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return tags;
}

}  // namespace kiln::cli
