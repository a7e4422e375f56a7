#pragma once

#include "cli/command_line.hpp"
#include "cli/session.hpp"
#include "template/load.hpp"
#include "template/selection.hpp"

#include <string>
#include <vector>

namespace kiln::cli {

/// Each value split at its commas.
std::vector<std::string> split_each(const std::vector<std::string>& values);

/// What every command that reads a template may be told about it.
struct TemplateOptions {
    std::string path;
    std::vector<std::string> variables;
    std::vector<std::string> variable_files;
    std::vector<std::string> only;
    std::vector<std::string> except;
    std::string config_type;  ///< "": by the name of the template

    void declare(CommandLine& line, CommandLine::Needed needed = CommandLine::Needed::required);

    tmpl::LoadRequest load_request() const;
    /// Each value of -only and -except split at commas.
    tmpl::Selection selection() const;
};

}  // namespace kiln::cli
