#include "goss/verdict.hpp"

#include "goss/actual.hpp"
#include "goss/kinds.hpp"

namespace kiln::goss {

namespace {

TestResult untested(const Resource& resource, const Expectation& expectation) {
    TestResult result;
    result.outcome = Outcome::skip;
    result.resource_type = type_of(resource.kind);
    result.resource_id = resource.id();
    result.property = expectation.property;
    result.title = resource.title;
    result.meta = resource.meta;
    result.expected = expectation.expected;
    return result;
}

TestResult test(const Resource& resource, const Expectation& expectation, const Facts& facts) {
    TestResult result = untested(resource, expectation);
    result.outcome = Outcome::fail;
    try {
        result.actual = actual_value(resource, expectation.attribute, facts);
    } catch (const NoFact& no_fact) {
        result.error = no_fact.reason;
        return result;
    }
    const MatchResult match = expectation.matcher->match(result.actual);
    result.error = match.error;
    if (match.success) {
        result.outcome = Outcome::pass;
    } else {
        result.mismatch = expectation.matcher->mismatch(result.actual, false);
    }
    return result;
}

}  // namespace

std::vector<ResultGroup> judge(const Spec& spec, const Facts& facts) {
    std::vector<ResultGroup> groups;
    for (const Resource& resource : spec.resources) {
        ResultGroup group;
        bool skip = resource.skip;
        for (const Expectation& expectation : resource.expectations) {
            if (skip) {
                group.push_back(untested(resource, expectation));
                continue;
            }
            group.push_back(test(resource, expectation, facts));
            const TestResult& result = group.back();
            // What is not there has no mode.
            skip = info_of(resource.kind).first_decides && group.size() == 1 &&
                   (result.outcome != Outcome::pass || result.actual == Value(false));
        }
        if (!group.empty()) {
            groups.push_back(std::move(group));
        }
    }
    return groups;
}

Counts count(const std::vector<ResultGroup>& groups) {
    Counts counts;
    for (const ResultGroup& group : groups) {
        for (const TestResult& result : group) {
            ++counts.all;
            counts.failed += result.outcome == Outcome::fail ? 1 : 0;
            counts.skipped += result.outcome == Outcome::skip ? 1 : 0;
        }
    }
    return counts;
}

}  // namespace kiln::goss
