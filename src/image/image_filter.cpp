#include "image/image_filter.hpp"

#include "aws/ec2/created_once.hpp"
#include "base/strings.hpp"

#include <algorithm>

namespace kiln::image {

namespace {

bool is_one_of(const std::string& text, const std::vector<std::string>& list) {
    return list.empty() || std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

bool has_tag(const aws::ec2::Tags& tags, const std::string& wanted) {
    const std::size_t equals = wanted.find('=');
    const auto found = tags.find(wanted.substr(0, equals));
    return found != tags.end() &&
           (equals == std::string::npos || glob_match(wanted.substr(equals + 1), found->second));
}

bool is_made_by_kiln(const aws::ec2::Tags& tags) {
    return tags.contains(aws::ec2::kMarkTag);
}

std::optional<std::chrono::seconds> age_of(const aws::ec2::Image& image, Time now) {
    const auto created = parse_time(image.creation_date);
    return created ? std::optional(std::chrono::floor<std::chrono::seconds>(now - *created))
                   : std::nullopt;
}

bool lets_through(const ImageFilter& filter, const aws::ec2::Image& image, Time now) {
    const bool name_fits =
        filter.names.empty() ||
        std::any_of(filter.names.begin(), filter.names.end(), [&](const std::string& pattern) {
            return glob_match(pattern, image.name);
        });
    const bool tags_fit =
        std::all_of(filter.tags.begin(), filter.tags.end(), [&](const std::string& wanted) {
            return has_tag(image.tags, wanted);
        });
    const auto age = age_of(image, now);
    return name_fits && tags_fit && is_one_of(image.architecture, filter.architectures) &&
           is_one_of(image.state, filter.states) &&
           (!filter.older_than || (age && *age > *filter.older_than)) &&
           (!filter.made_by_kiln || is_made_by_kiln(image.tags));
}

std::string state_text(const aws::ec2::Image& image, Time now) {
    std::string text = image.state;
    if (const auto when = parse_time(image.deprecation_time); when && *when <= now) {
        text += ", deprecated";
    }
    return text + (image.is_protected() ? ", protected" : "") + (image.is_public ? ", public" : "");
}

}  // namespace kiln::image
