#pragma once

#include "contents/image_tree.hpp"
#include "contents/open_image.hpp"
#include "prove/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kiln::prove {

/// Which machines the image is for.
enum class Platform { ec2, kvm, both };

/// What the image has to be; the checks that need it take it from here.
struct Demands {
    Platform platform = Platform::ec2;
    std::vector<std::string> modules = {};       ///< that every kernel must have
    std::optional<std::int64_t> max_bytes = {};  ///< of all its files
};

/// The image that is looked at.
struct Subject {
    contents::OpenedImage image;
    contents::ReadDoors doors;

    contents::ImageTree& tree() { return image.tree; }
};

/// What a check found.
struct Finding {
    Status status = Status::fail;
    std::string subject = {};
    std::string detail = {};
    std::string remedy = {};
};
using Findings = std::vector<Finding>;

/// One thing that an image is asked. Checks know nothing of each other, nor of how they are chosen
/// and shown.
struct Check {
    std::string group;
    std::string id;
    std::string when_clean;  ///< what holds when nothing is found: "no DHCP leases"
    std::function<Findings(Subject&)> run;
    /// The flag without which there is nothing to look at: "-max-size"; "" when it can run.
    std::string needs = {};
};

/// Every check there is, in the order in which they are shown.
std::vector<Check> all_checks(const Demands& demands);

/// Which of them are wanted: groups ("boot") and ids ("machine-id").
struct Selection {
    std::vector<std::string> only = {};  ///< empty: all
    std::vector<std::string> skip = {};
};
/// Those of the checks that can run. Throws Error{usage} for a name that no check has, for one of
/// `only` that can not run, and when none is left.
std::vector<Check> select_checks(std::vector<Check> checks, const Selection& selection);

/// Asks the image. Throws Error{interrupted} between checks.
std::vector<Result> run_checks(const std::vector<Check>& checks, Subject& subject);

}  // namespace kiln::prove
