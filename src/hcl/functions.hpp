#pragma once

#include "hcl/function.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kiln {
class SourceMap;
}

namespace kiln::hcl {

enum class FileKind { missing, regular, directory, other };

struct DirectoryEntry {
    std::string name;
    FileKind kind = FileKind::regular;  ///< of what a symbolic link points to
    bool is_symlink = false;
};

/// What functions may see of the world; the language touches nothing itself. A callback that is
/// not set makes the functions that need it fail with a message.
struct FunctionEnvironment {
    std::string base_directory = ".";  ///< path.root: file() and the like are relative to it
    std::string working_directory;     ///< absolute
    std::string home_directory;        ///< for `~`; "" when unknown
    std::chrono::system_clock::time_point start_time = {};  ///< of the run
    std::function<std::chrono::system_clock::time_point()> now;
    std::function<std::string(std::size_t count)> random_bytes;
    std::function<std::optional<std::string>(const std::string& name)> environment_variable;

    // These take a path relative to the working directory, or absolute, and throw Error for what
    // cannot be read.
    std::function<std::string(const std::string& path)> read_file;
    std::function<FileKind(const std::string& path)> file_kind;
    std::function<std::vector<DirectoryEntry>(const std::string& path)> list_directory;

    // AWS Secrets Manager's, in the region and with the credentials of the environment; they throw
    // Error. A secret's text: the member `key` of a JSON object, and without a key its only one.
    std::function<std::string(const std::string& name, const std::optional<std::string>& key)>
        aws_secret;
    std::function<std::string(const std::string& name)> aws_secret_text;  ///< the whole of it

    SourceMap* sources = nullptr;  ///< keeps the texts of templatefile(); needed by it
};

/// Every function a template may call.
FunctionTable standard_functions(const FunctionEnvironment& environment);
/// What the default of a variable may call: env().
FunctionTable variable_default_functions(const FunctionEnvironment& environment);

}  // namespace kiln::hcl
