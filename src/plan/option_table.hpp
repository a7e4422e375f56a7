#pragma once

#include "plan/option_type.hpp"

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::plan {

class OptionTable;

/// What a component says of one option besides its name and its place.
struct OptionTraits {
    std::string_view help = {};  ///< one line, no full stop
    Render render = Render::at_prepare;
    bool required = false;
    bool secret = false;                    ///< its value is masked in everything that is printed
    std::vector<std::string> allowed = {};  ///< the only values of a string (or list) option
    /// Shown as the default where it is not the member's own initial value.
    std::string_view default_text = {};
};

/// One option of a component: data for decoding, reference pages, completion and inspect.
struct OptionSpec {
    std::string name;
    OptionType type = OptionType::string;
    std::string help;
    std::string default_text;  ///< as a template would write it; "" when there is none
    Render render = Render::at_prepare;
    bool required = false;
    bool secret = false;
    std::vector<std::string> allowed;

    /// Where the value lives. The struct is passed as `void*` so that decoding is compiled once.
    struct Access {
        /// The member; of an optional member its (now present) value.
        void* (*writable)(void* object) = nullptr;
        /// The member; null when an optional member is absent.
        const void* (*readable)(const void* object) = nullptr;
        // Blocks only.
        const OptionTable& (*table)() = nullptr;
        void* (*append)(void* object) = nullptr;
        std::size_t (*count)(const void* object) = nullptr;
        const void* (*element)(const void* object, std::size_t index) = nullptr;
    } access;

    bool is_block() const { return type == OptionType::block || type == OptionType::blocks; }
    const OptionTable& nested() const { return access.table(); }
};

/// A rule over several options of one component.
struct OptionGroup {
    enum class Rule { exactly_one, at_most_one, at_least_one };
    Rule rule = Rule::at_most_one;
    std::vector<std::string> names;
};

/// All options of a component, or of a block within one. Made once, from the struct that holds the
/// decoded values; the struct's initial values are the defaults:
///
///     const OptionTable& SleepOptions::options() {
///         static const OptionTable table = OptionTable::of<SleepOptions>({
///             option<&SleepOptions::duration>("duration", {.help = "how long to wait"}),
///         });
///         return table;
///     }
class OptionTable {
public:
    template <class T>
    static OptionTable of(
        std::initializer_list<OptionSpec> options, std::initializer_list<OptionGroup> groups = {}
    ) {
        return OptionTable(options, groups, []() -> std::shared_ptr<void> {
            return std::make_shared<T>();
        });
    }

    const std::vector<OptionSpec>& options() const { return options_; }
    const std::vector<OptionGroup>& groups() const { return groups_; }
    const OptionSpec* find(std::string_view name) const;
    std::vector<std::string> names() const;
    /// A struct of the type the table was made for, with every option at its default.
    std::shared_ptr<void> make_defaults() const { return make_(); }

private:
    using Make = std::shared_ptr<void> (*)();
    OptionTable(std::vector<OptionSpec> options, std::vector<OptionGroup> groups, Make make);

    std::vector<OptionSpec> options_;
    std::vector<OptionGroup> groups_;
    Make make_;
};

namespace detail {

OptionSpec make_option(std::string_view name, OptionTraits traits, OptionType type);

template <auto kMember>
OptionSpec make_value_option(std::string_view name, OptionTraits traits) {
    using Class = typename MemberPointer<decltype(kMember)>::Class;
    using Member = typename MemberPointer<decltype(kMember)>::Member;
    if constexpr (IsOptional<Member>::value) {
        using Value = typename Member::value_type;
        OptionSpec spec = make_option(name, std::move(traits), OptionTypeOf<Value>::type);
        spec.access.writable = [](void* object) -> void* {
            Member& member = static_cast<Class*>(object)->*kMember;
            return member ? &*member : &member.emplace();
        };
        spec.access.readable = [](const void* object) -> const void* {
            const Member& member = static_cast<const Class*>(object)->*kMember;
            return member ? &*member : nullptr;
        };
        return spec;
    } else {
        OptionSpec spec = make_option(name, std::move(traits), OptionTypeOf<Member>::type);
        spec.access.writable = [](void* object) -> void* {
            return &(static_cast<Class*>(object)->*kMember);
        };
        spec.access.readable = [](const void* object) -> const void* {
            return &(static_cast<const Class*>(object)->*kMember);
        };
        return spec;
    }
}

template <auto kMember>
OptionSpec make_block_option(std::string_view name, OptionTraits traits) {
    using Class = typename MemberPointer<decltype(kMember)>::Class;
    using Member = typename MemberPointer<decltype(kMember)>::Member;
    using Element = typename Member::value_type;
    constexpr bool kSingle = IsOptional<Member>::value;
    OptionSpec spec =
        make_option(name, std::move(traits), kSingle ? OptionType::block : OptionType::blocks);
    spec.access.table = []() -> const OptionTable& { return Element::options(); };
    spec.access.append = [](void* object) -> void* {
        Member& member = static_cast<Class*>(object)->*kMember;
        if constexpr (kSingle) {
            return &member.emplace();
        } else {
            return &member.emplace_back();
        }
    };
    spec.access.count = [](const void* object) -> std::size_t {
        const Member& member = static_cast<const Class*>(object)->*kMember;
        if constexpr (kSingle) {
            return member ? 1 : 0;
        } else {
            return member.size();
        }
    };
    spec.access.element = [](const void* object, std::size_t index) -> const void* {
        const Member& member = static_cast<const Class*>(object)->*kMember;
        if constexpr (kSingle) {
            return &*member;
        } else {
            return &member[index];
        }
    };
    return spec;
}

template <class Member>
constexpr bool is_block_member() {
    if constexpr (requires { typename Member::value_type; }) {
        return HasOptions<typename Member::value_type>;
    } else {
        return false;
    }
}

}  // namespace detail

/// Binds an option to a member: std::string, bool, std::int64_t, std::chrono::nanoseconds,
/// ByteSize, vectors and maps of strings, std::optional of these (absent stays empty; an optional
/// bool is Packer's three-valued one), or a vector or optional of a struct with `options()` of its
/// own, which is a nested block.
template <auto kMember>
OptionSpec option(std::string_view name, OptionTraits traits) {
    using Member = typename detail::MemberPointer<decltype(kMember)>::Member;
    if constexpr (detail::is_block_member<Member>()) {
        return detail::make_block_option<kMember>(name, std::move(traits));
    } else {
        return detail::make_value_option<kMember>(name, std::move(traits));
    }
}

}  // namespace kiln::plan
