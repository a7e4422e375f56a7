#include "plan/options/aws_rules.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <vector>

namespace kiln::plan {

namespace {

// CreateImage, parameter Name.
bool is_of_ami_name(char c) {
    constexpr std::string_view kOthers = " ()[]./-'@_";
    return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos;
}

// A UUID as KMS writes it, in lower case.
bool is_of_key(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool is_of_alias(char c) {
    return is_alphanumeric(c) || c == ':' || c == '/' || c == '_' || c == '-';
}

// "1234abcd-12ab-34cd-56ef-1234567890ab", with "mrk-" in front for keys of several regions.
bool is_key_id(std::string_view text) {
    constexpr std::string_view kMultiRegion = "mrk-";
    if (text.starts_with(kMultiRegion)) {
        text.remove_prefix(kMultiRegion.size());
    }
    return text.size() >= 2 && is_of_key(text.front()) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_of_key(c) || c == '-'; });
}

bool is_alias(std::string_view text) {
    constexpr std::string_view kAlias = "alias/";
    return text.starts_with(kAlias) && text.size() > kAlias.size() &&
           std::all_of(text.begin() + kAlias.size(), text.end(), &is_of_alias);
}

// "arn:aws:kms:REGION:ACCOUNT:key/ID", or alias/NAME at the end.
bool is_kms_arn(std::string_view text) {
    constexpr std::string_view kKey = "key/";
    constexpr std::size_t kAccountDigits = 12;
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() < 6 || parts[0] != "arn" || !parts[1].starts_with("aws") ||
        parts[2] != "kms" || parts[4].size() != kAccountDigits ||
        !std::all_of(parts[4].begin(), parts[4].end(), &is_digit)) {
        return false;
    }
    const std::string_view key = text.substr(text.find(parts[4] + ":") + kAccountDigits + 1);
    return is_alias(key) || (key.starts_with(kKey) && is_key_id(key.substr(kKey.size())));
}

}  // namespace

void check_ami_source(
    const std::optional<std::string>& id,
    const std::optional<AmiFilterOptions>& filter,
    const CheckContext& context
) {
    if (id) {
        return;
    }
    if (!filter) {
        context.error("", "an AMI to start from is needed", "give source_ami or source_ami_filter");
    } else if (filter->owners.empty()) {
        context.error(
            "source_ami_filter",
            "a lookup of AMIs must say whose: anybody may publish an AMI of any name",
            "owners = [\"amazon\"], [\"self\"] or an account"
        );
    }
}

bool is_spot(const SpotOptions& spot) {
    return spot.spot_price && spot.spot_price != "0";
}

void check_spot(
    const SpotOptions& spot,
    std::optional<bool> ena_support,
    bool sriov_support,
    const CheckContext& context
) {
    if (is_spot(spot) && (ena_support == true || sriov_support)) {
        context.error(
            sriov_support ? "sriov_support" : "ena_support",
            "a spot instance can not be modified",
            "start from an AMI that has enhanced networking, or leave spot_price out"
        );
    }
}

std::string clean_ami_name(const std::string& name) {
    std::string clean = name;
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return !is_of_ami_name(c); }, '-'
    );
    return clean;
}

bool is_kms_key(std::string_view text) {
    return is_key_id(text) || is_alias(text) || is_kms_arn(text);
}

}  // namespace kiln::plan
