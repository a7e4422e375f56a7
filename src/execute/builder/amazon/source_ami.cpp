#include "execute/builder/amazon/source_ami.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

std::string describe(const ec2::ImageQuery& query) {
    std::vector<std::string> parts;
    for (const std::string& id : query.ids) {
        parts.push_back("id " + id);
    }
    for (const ec2::Filter& filter : query.filters) {
        parts.push_back(filter.name + " = " + join(filter.values, ","));
    }
    if (!query.owners.empty()) {
        parts.push_back("owners " + join(query.owners, ","));
    }
    return join(parts, ", ");
}

}  // namespace

ec2::Filters filters_of(const plan::FilterOptions& options) {
    ec2::Filters filters;
    for (const auto& [name, value] : options.filters) {
        filters.push_back({name, split(value, ',')});
    }
    for (const plan::NameValue& block : options.filter) {
        filters.push_back({block.name, split(block.value, ',')});
    }
    return filters;
}

ec2::Image find_ami(
    const ec2::Region& region,
    const std::optional<std::string>& id,
    const std::optional<plan::AmiFilterOptions>& filter,
    std::stop_token stop
) {
    ec2::ImageQuery query;
    if (id && !id->empty()) {
        query.ids = {*id};
    }
    bool most_recent = false;
    if (filter) {
        query.owners = filter->owners;
        query.filters = filters_of(filter->filter);
        query.include_deprecated = filter->include_deprecated;
        most_recent = filter->most_recent;
    }
    std::vector<ec2::Image> images = ec2::describe_images(region, query, std::move(stop));
    if (images.empty()) {
        throw Error(
            ErrorKind::not_found,
            "No AMI was found matching filters: " + describe(query) + " (region " + region.name() +
                ")"
        )
            .set_hint(
                "the owner, the name's pattern or the region may be another; a deprecated "
                "AMI of somebody else shows with include_deprecated = true"
            );
    }
    const auto newest = std::max_element(
        images.begin(),
        images.end(),
        [](const ec2::Image& a, const ec2::Image& b) { return a.creation_date < b.creation_date; }
    );
    if (images.size() > 1 && !most_recent) {
        throw Error(
            ErrorKind::input,
            "Your query returned more than one result: " + std::to_string(images.size()) +
                " AMIs match " + describe(query) + "; the newest is " + newest->id + " (" +
                newest->name + ")"
        )
            .set_hint("Please try a more specific search, or set most_recent to true.");
    }
    return std::move(*newest);
}

}  // namespace kiln::exec
