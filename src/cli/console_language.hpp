#pragma once

#include "cli/session.hpp"
#include "template/load.hpp"

#include <memory>
#include <optional>
#include <string>

namespace kiln::cli {

/// What the lines of a console are written in.
class ConsoleLanguage {
public:
    virtual ~ConsoleLanguage() = default;
    /// What a line amounts to, as text. Nothing when there is a mistake in it, which is reported.
    virtual std::optional<std::string> evaluate(const std::string& line) = 0;
    virtual std::string variables() const = 0;
    virtual std::string help() const = 0;
};

/// The language of the template that `request` names. In HCL2, expressions that see its variables,
/// locals and functions; with no path in the request, functions only. Reports the template's
/// mistakes; null when it could not be read at all.
std::unique_ptr<ConsoleLanguage> template_console(
    Session& session, const tmpl::LoadRequest& request
);

/// Text templates ({{ ... }}) as strings of legacy JSON hold them. The user variables are those of
/// the request; its path is not looked at. Throws Error for a variable file that can not be read.
std::unique_ptr<ConsoleLanguage> text_console(Session& session, const tmpl::LoadRequest& request);

}  // namespace kiln::cli
