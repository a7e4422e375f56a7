#include "image/prune.hpp"

#include "base/strings.hpp"
#include "image/history.hpp"
#include "image/image_filter.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace kiln::image {

namespace {

std::string lineage_of_group(const CopyGroup& group) {
    return lineage_of(record_of("", group.front(), 0));
}

bool is_looked_at(const CopyGroup& group, const std::string& lineage, const PrunePolicy& policy) {
    const bool is_meant =
        policy.templates.empty() ||
        std::any_of(policy.templates.begin(), policy.templates.end(), [&](const auto& pattern) {
            return glob_match(pattern, lineage);
        });
    // What a build has not finished is its own, or kiln sweep's.
    const bool is_temporary = std::any_of(group.begin(), group.end(), [](const OwnImage& own) {
        return tag_of(own.image->tags, {"kiln:role"}) == "temporary";
    });
    // Copies that somebody made by other means have no tags: the first of them tells.
    const bool is_known = policy.made_by_others || is_made_by_kiln(group.front().image->tags);
    return is_meant && is_known && !is_temporary;
}

/// When all of the group may go; nothing when it is not in its grace.
std::optional<Time> end_of_grace(const CopyGroup& group) {
    std::optional<Time> end;
    for (const OwnImage& own : group) {
        const auto one = parse_time(tag_of(own.image->tags, {kPruneAfterTag}));
        if (!one) {
            return std::nullopt;
        }
        end = end ? std::max(*end, *one) : one;
    }
    return end;
}

bool has_grace_tag(const CopyGroup& group) {
    return std::any_of(group.begin(), group.end(), [](const OwnImage& own) {
        return own.image->tags.contains(kPruneAfterTag);
    });
}

/// Whether it can be one of the newest that are kept: one that nobody can launch is no release.
bool is_usable(const CopyGroup& group) {
    return has_grace_tag(group) || std::any_of(group.begin(), group.end(), [](const OwnImage& own) {
               return own.image->state == "available";
           });
}

class PrunePlanner {
public:
    PrunePlanner(const RemovalFacts& facts, const PrunePolicy& policy, Time now)
        : facts_(facts), policy_(policy), now_(now) {}

    std::vector<PruneDecision> plan() {
        std::vector<PruneDecision> decisions;
        for (CopyGroup& group : copy_groups(*facts_.inventory)) {
            const std::string lineage = lineage_of_group(group);
            if (is_looked_at(group, lineage, policy_)) {
                decisions.push_back({.group = std::move(group), .lineage = lineage});
            }
        }
        const auto key = [](const PruneDecision& one) {
            return std::tie(one.lineage, one.group.front().image->architecture);
        };
        std::sort(decisions.begin(), decisions.end(), [&](const auto& a, const auto& b) {
            const auto& first = *a.group.front().image;
            const auto& second = *b.group.front().image;
            return key(a) != key(b) ? key(a) < key(b)
                                    : std::tie(first.creation_date, first.id) >
                                          std::tie(second.creation_date, second.id);
        });
        std::map<std::pair<std::string, std::string>, std::int64_t> newer;
        for (PruneDecision& decision : decisions) {
            const bool counts = is_usable(decision.group);
            std::int64_t& rank =
                newer[{decision.lineage, decision.group.front().image->architecture}];
            rank += counts ? 1 : 0;
            decide(decision, counts && rank <= policy_.keep_newest ? rank : 0);
        }
        return decisions;
    }

private:
    /// `rank` among the newest that are kept, from 1; 0: it is none of them.
    void decide(PruneDecision& decision, std::int64_t rank) const {
        decision.why = rank > 0 ? "newest " + std::to_string(rank) + " of " +
                                      std::to_string(policy_.keep_newest)
                                : reason_to_keep(decision.group);
        const bool in_grace = has_grace_tag(decision.group);
        if (!decision.why.empty()) {
            decision.action = in_grace ? PruneAction::spare : PruneAction::keep;
            return;
        }
        if (!policy_.grace) {
            decision.action = PruneAction::remove;
            return;
        }
        decision.due = end_of_grace(decision.group);
        if (!decision.due) {
            decision.due = now_ + *policy_.grace;
            decision.action = PruneAction::begin_grace;
        } else {
            decision.action = *decision.due <= now_ ? PruneAction::remove : PruneAction::wait;
        }
    }

    std::string reason_to_keep(const CopyGroup& group) const {
        for (const OwnImage& own : group) {
            const std::string reason = reason_to_keep(own);
            if (!reason.empty()) {
                return reason + (group.size() > 1 ? " (" + own.region + ")" : "");
            }
        }
        return "";
    }

    std::string reason_to_keep(const OwnImage& own) const {
        const aws::ec2::Image& image = *own.image;
        const auto age = age_of(image, now_);
        if (image.state == "pending") {
            return "pending";
        }
        if (!age) {
            return "its date is not known";
        }
        if (policy_.keep_younger && *age < *policy_.keep_younger) {
            return age_text(*age) + " old";
        }
        for (const std::string& wanted : policy_.keep_tagged) {
            if (has_tag(image.tags, wanted)) {
                return "tagged " + wanted;
            }
        }
        if (image.is_protected()) {
            return "protected from deregistration";
        }
        const auto launched = parse_time(image.last_launched_time);
        if (policy_.keep_launched_within && launched &&
            now_ - *launched < *policy_.keep_launched_within) {
            return "launched on " + day_text(image.last_launched_time);
        }
        return reason_of_others(own);
    }

    /// What somebody else has to do with it.
    std::string reason_of_others(const OwnImage& own) const {
        if (policy_.keep_in_use) {
            for (const ImageUse& use : facts_.uses) {
                if (use.region == own.region && use.image_id == own.image->id) {
                    return "used by " + use.kind + " " + use.name;
                }
            }
            for (const RegionProblem& problem : facts_.unseen_uses) {
                if (problem.region == own.region) {
                    return "perhaps in use: " + problem.text;
                }
            }
        }
        if (policy_.keep_shared) {
            const auto shares = facts_.image_shares.find(place_of(own));
            if (own.image->is_public ||
                (shares != facts_.image_shares.end() && !shares->second.empty())) {
                return "shared";
            }
            for (const std::string& id : own.image->snapshot_ids()) {
                const auto of_snapshot = facts_.snapshot_shares.find({own.region, id});
                if (of_snapshot != facts_.snapshot_shares.end() && !of_snapshot->second.empty()) {
                    return "its snapshot " + id + " is shared";
                }
            }
        }
        return "";
    }

    const RemovalFacts& facts_;
    const PrunePolicy& policy_;
    Time now_;
};

}  // namespace

std::vector<PruneDecision> plan_prune(
    const RemovalFacts& facts, const PrunePolicy& policy, Time now
) {
    return PrunePlanner(facts, policy, now).plan();
}

std::vector<OwnImage> images_with(
    const std::vector<PruneDecision>& decisions, const std::vector<PruneAction>& actions
) {
    std::vector<OwnImage> images;
    for (const PruneDecision& decision : decisions) {
        if (std::find(actions.begin(), actions.end(), decision.action) != actions.end()) {
            images.insert(images.end(), decision.group.begin(), decision.group.end());
        }
    }
    return images;
}

}  // namespace kiln::image
