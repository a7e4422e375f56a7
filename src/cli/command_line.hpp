#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

/// One flag of a command, for completion and for the test that holds it against its page.
struct FlagInfo {
    std::string name;                  ///< "var-file"
    std::string value_name;            ///< "FILE"; "" for a boolean flag
    std::vector<std::string> allowed;  ///< the only values; empty: any
};

/// The flags and arguments of one command, each bound to where its value goes. Reads Packer's
/// dialect: `-x v`, `-x=v`, `--x`; a boolean takes a value only with `=`; the last of a flag given
/// twice wins; flags may stand after the template too; `--` ends them.
class CommandLine {
public:
    enum class Needed { required, optional, any_number };

    explicit CommandLine(std::string command);
    ~CommandLine();
    CommandLine(CommandLine&&) noexcept;

    void flag(const std::string& name, bool& value);
    /// Stays empty when the flag is not given.
    void flag(const std::string& name, std::optional<bool>& value);
    void option(const std::string& name, const std::string& value_name, std::string& value);
    /// May be given many times; every value is kept, in order.
    void option(
        const std::string& name, const std::string& value_name, std::vector<std::string>& values
    );
    void option(const std::string& name, const std::string& value_name, int& value);
    void choice(const std::string& name, std::vector<std::string> allowed, std::string& value);
    void argument(const std::string& value_name, std::string& value, Needed needed);
    void arguments(const std::string& value_name, std::vector<std::string>& values);

    /// Throws Error of kind usage.
    void parse(const std::vector<std::string>& words);

    const std::string& command() const;
    const std::vector<FlagInfo>& flags() const;
    /// Value names of what is not a flag: "TEMPLATE".
    const std::vector<std::string>& argument_names() const;

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace kiln::cli
