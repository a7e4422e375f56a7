#include "prove/check.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "prove/boot.hpp"
#include "prove/hygiene.hpp"
#include "prove/size.hpp"

#include <algorithm>
#include <iterator>

namespace kiln::prove {
namespace {

bool is_named(const Check& check, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return name == check.group || name == check.id;
    });
}

std::vector<std::string> groups_of(const std::vector<Check>& checks) {
    std::vector<std::string> groups;
    for (const Check& check : checks) {
        if (groups.empty() || groups.back() != check.group) {
            groups.push_back(check.group);
        }
    }
    return groups;
}

void check_names(const std::vector<Check>& checks, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
                return is_named(check, {name});
            })) {
            continue;
        }
        const std::vector<std::string> groups = groups_of(checks);
        std::vector<std::string> known = groups;
        for (const Check& check : checks) {
            known.push_back(check.id);
        }
        const std::string meant = did_you_mean_hint(name, known);
        throw Error(ErrorKind::usage, "there is no check \"" + name + "\"")
            .set_hint(
                meant.empty() ? "the groups are " + join(groups, ", ") +
                                    "; kiln test -h lists the checks of each"
                              : meant
            );
    }
}

void check_can_run(const std::vector<Check>& checks, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        std::string needs;
        for (const Check& check : checks) {
            if (is_named(check, {name})) {
                needs = check.needs;
            }
            if (is_named(check, {name}) && needs.empty()) {
                break;  // enough of a group
            }
        }
        if (!needs.empty()) {
            throw Error(ErrorKind::usage, "the check " + name + " needs " + needs);
        }
    }
}

}  // namespace

std::vector<Check> all_checks(const Demands& demands) {
    std::vector<Check> checks = hygiene_checks();
    for (std::vector<Check> more : {boot_checks(demands), size_checks(demands)}) {
        std::move(more.begin(), more.end(), std::back_inserter(checks));
    }
    return checks;
}

std::vector<Check> select_checks(std::vector<Check> checks, const Selection& selection) {
    check_names(checks, selection.only);
    check_names(checks, selection.skip);
    check_can_run(checks, selection.only);
    std::erase_if(checks, [&](const Check& check) {
        return !check.needs.empty() ||
               (!selection.only.empty() && !is_named(check, selection.only)) ||
               is_named(check, selection.skip);
    });
    if (checks.empty()) {
        throw Error(ErrorKind::usage, "no check is left of what -checks and -skip say");
    }
    return checks;
}

std::vector<Result> run_checks(const std::vector<Check>& checks, Subject& subject) {
    std::vector<Result> results;
    for (const Check& check : checks) {
        if (subject.doors.stop.stop_requested()) {
            throw Error(ErrorKind::interrupted, "the test was stopped");
        }
        Findings findings = check.run(subject);
        if (findings.empty()) {
            results.push_back({check.group, check.id, "", Status::pass, check.when_clean, ""});
        }
        for (Finding& found : findings) {
            results.push_back(
                {check.group,
                 check.id,
                 std::move(found.subject),
                 found.status,
                 std::move(found.detail),
                 std::move(found.remedy)}
            );
        }
    }
    return results;
}

}  // namespace kiln::prove
