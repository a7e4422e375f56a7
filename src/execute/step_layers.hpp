#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kiln::exec {

/// One thing a step's result depends on: `name` for people ("inline[3]", "files/etc/x"), `value`
/// a text or a digest that differs when the result may differ.
struct StepInput {
    std::string name;
    std::string value;
    bool operator==(const StepInput&) const = default;
};

/// Keeps the result of each step of a machine, so that an unchanged step is not run again.
/// For each step that shapes the machine, in order: `reuse`, and when that says false `begin`,
/// the work, then `commit` or `abandon`.
class StepLayers {
public:
    virtual ~StepLayers() = default;

    struct Verdict {
        bool reused = false;
        /// Why not, for people: "not cached yet", "changed: inline[3]", "an earlier step changed",
        /// "-no-cache". Empty when reused.
        std::string reason;
    };
    /// True: the machine now is as the step would leave it.
    virtual Verdict reuse(const std::string& step_name, const std::vector<StepInput>& inputs) = 0;
    virtual void begin(const std::string& step_name, const std::vector<StepInput>& inputs) = 0;
    virtual void commit() = 0;
    /// Puts away what the step left; also after a commit that threw. Until it is called, the
    /// machine can be looked at as the failed step left it (the error-cleanup-provisioner does).
    virtual void abandon() noexcept = 0;
};

}  // namespace kiln::exec
