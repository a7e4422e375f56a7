#pragma once

#include "execute/events.hpp"

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::report {

/// Stands before every listener and replaces each secret in every text by "<sensitive>".
class Masking : public exec::EventSink {
public:
    /// A secret of several lines is masked line by line too, as output comes in lines.
    Masking(exec::EventSink& next, const std::vector<std::string>& secrets);

    void on_event(const exec::Event& event) override;

    /// A secret that came up during the run.
    void add_secret(std::string_view secret);
    std::string mask(std::string text) const;

private:
    bool has_secrets() const;

    exec::EventSink& next_;
    mutable std::mutex mutex_;
    std::vector<std::string> secrets_;  ///< longest first
};

}  // namespace kiln::report
