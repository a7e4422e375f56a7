#pragma once

#include "cli/session.hpp"
#include "execute/events.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

/// How the user wants a run to be shown.
struct OutputWishes {
    std::optional<bool> color;
    bool timestamps = false;
};

/// The listeners of a run: the terminal, machine-readable or JSON lines, the log when it is wanted,
/// and before them what masks secrets.
class BuildOutput {
public:
    BuildOutput(
        const Session& session, const OutputWishes& wishes, const std::vector<std::string>& secrets
    );
    ~BuildOutput();

    exec::EventSink& events();
    /// Makes room for a question.
    void clear_progress();

private:
    struct Listeners;
    std::unique_ptr<Listeners> listeners_;
};

}  // namespace kiln::cli
