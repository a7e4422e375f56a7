#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kiln::plan {

/// One key at the console. `keysym` is X11's (keysymdef.h), as RFB sends it.
struct BootKey {
    enum class Action { press, hold, release };
    std::uint32_t keysym = 0;
    bool shift = false;  ///< it is on the upper half of its key, US layout
    Action action = Action::press;

    bool operator==(const BootKey&) const = default;
};

struct BootWait {
    std::chrono::nanoseconds duration{0};

    bool operator==(const BootWait&) const = default;
};

using BootInput = std::variant<BootKey, BootWait>;

/// Something in a boot command that is none of its words.
struct BootCommandProblem {
    std::size_t begin = 0;  ///< byte of the text where it stands
    std::string found;      ///< "<entr>"
    std::string message;
    std::string hint;  ///< "did you mean \"<enter>\"?"
    /// It looks like a word that is meant; otherwise it is typed letter by letter, as Packer does.
    bool is_error = false;

    bool operator==(const BootCommandProblem&) const = default;
};

struct BootScript {
    std::vector<BootInput> inputs;
    std::vector<BootCommandProblem> problems;

    bool operator==(const BootScript&) const = default;
};

/// What a boot command types: plain text, and in angle brackets, whatever the case, special keys
/// (`<enter>`, `<f2>`), keys that are held and released (`<leftAltOn>`, `<aOff>`) and waits
/// (`<wait>` is a second, `<wait10>`, `<wait1m30s>`). Pure.
BootScript parse_boot_command(std::string_view text);

/// The same text with a letter in place of each {{ ... }}, for a look at it before those are known.
std::string without_text_templates(std::string_view text);

}  // namespace kiln::plan
