#pragma once

#include "plan/option_type.hpp"

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::plan {

class OptionTable;
class CheckContext;

/// What a component says of one option besides its name and its place.
struct OptionTraits {
    std::string_view help = {};  ///< one line, no full stop
    Render render = Render::at_prepare;
    bool required = false;
    bool secret = false;                    ///< its value is masked in everything that is printed
    std::vector<std::string> allowed = {};  ///< the only values of a string (or list) option
    /// Smallest and largest value of a number. Zero is as good as nothing, as it is to Packer.
    std::optional<std::int64_t> minimum = {};
    std::optional<std::int64_t> maximum = {};
    /// What to write instead; the use of an option that has one is a warning.
    std::string_view deprecated = {};
    /// Shown as the default where it is not the member's own initial value.
    std::string_view default_text = {};
};

/// One option of a component: data for decoding, reference pages, completion and inspect.
struct OptionSpec {
    std::string name;
    OptionType type = OptionType::string;
    std::string help;
    std::string default_text;      ///< as a template would write it; "" when there is none
    bool default_is_told = false;  ///< in words of the component, not from the member's value
    Render render = Render::at_prepare;
    bool required = false;
    bool secret = false;
    std::vector<std::string> allowed;
    std::optional<std::int64_t> minimum, maximum;
    std::string deprecated;  ///< "" when the option may stay in use

    /// Where the value lives in the struct that the option was declared for. That struct is passed
    /// as `void*` so that decoding is compiled once.
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
    /// Where that struct begins within the table's: not 0 for the options of an included struct.
    std::size_t offset_bytes = 0;
    const OptionTable* home = nullptr;  ///< the shared table that it was included from

    bool is_block() const { return type == OptionType::block || type == OptionType::blocks; }
    const OptionTable& nested() const { return access.table(); }

    // The members of Access, for an object of the table's struct.
    void* writable(void* object) const { return access.writable(at(object)); }
    const void* readable(const void* object) const { return access.readable(at(object)); }
    void* append(void* object) const { return access.append(at(object)); }
    std::size_t count(const void* object) const { return access.count(at(object)); }
    const void* element(const void* object, std::size_t index) const {
        return access.element(at(object), index);
    }

private:
    void* at(void* object) const { return static_cast<char*>(object) + offset_bytes; }
    const void* at(const void* object) const {
        return static_cast<const char*>(object) + offset_bytes;
    }
};

/// A rule over several options of one component that speaks of no values, only of what is given.
struct OptionGroup {
    enum class Rule {
        exactly_one,
        at_most_one,
        at_least_one,
        all_or_none,
        needs,  ///< the first is of use only with all of the others
    };
    Rule rule = Rule::at_most_one;
    std::vector<std::string> names;
    const OptionTable* home = nullptr;  ///< as of OptionSpec
};

/// "At most one of `a` and `b`.", for documents.
std::string text_of(const OptionGroup& group);

/// A rule of a component in code. Runs when every option has been decoded.
struct OptionRule {
    std::string text;  ///< the rule for documents: a sentence, options in `code`
    void (*check)(const void* object, const CheckContext& context) = nullptr;
    std::size_t offset_bytes = 0;       ///< as of OptionSpec
    const OptionTable* home = nullptr;  ///< as of OptionSpec
};

/// How documents call a table that many others include or have as a block: it has a page of its
/// own, which theirs refer to.
struct SharedTable {
    std::string name;   ///< of the page: "aws-access"
    std::string title;  ///< "Access to AWS"
};

/// What a table is put together from.
struct TablePart {
    std::vector<OptionSpec> options;
    std::vector<OptionGroup> groups;
    std::vector<OptionRule> rules;
    SharedTable shared;
    // Implicit, and clang-tidy told so: a table is written as a plain list of what it is made of.
    TablePart() = default;
    TablePart(OptionSpec option) : options{std::move(option)} {}  // NOLINT(*-explicit-*)
    TablePart(OptionGroup group) : groups{std::move(group)} {}    // NOLINT(*-explicit-*)
    TablePart(OptionRule rule) : rules{std::move(rule)} {}        // NOLINT(*-explicit-*)
    TablePart(SharedTable table) : shared(std::move(table)) {}    // NOLINT(*-explicit-*)
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
///
/// Options that several components have are a struct of their own, a member of each, and one
/// `include<&O::member>()` in each table.
class OptionTable {
public:
    template <class T>
    static OptionTable of(std::initializer_list<TablePart> parts) {
        return OptionTable(parts, []() -> std::shared_ptr<void> { return std::make_shared<T>(); });
    }

    const std::vector<OptionSpec>& options() const { return options_; }
    const std::vector<OptionGroup>& groups() const { return groups_; }
    const std::vector<OptionRule>& rules() const { return rules_; }
    const SharedTable& shared() const { return shared_; }
    bool is_shared() const { return !shared_.name.empty(); }
    const OptionSpec* find(std::string_view name) const;
    std::vector<std::string> names() const;
    /// A struct of the type the table was made for, with every option at its default.
    std::shared_ptr<void> make_defaults() const { return make_(); }

private:
    using Make = std::shared_ptr<void> (*)();
    OptionTable(std::initializer_list<TablePart> parts, Make make);

    std::vector<OptionSpec> options_;
    std::vector<OptionGroup> groups_;
    std::vector<OptionRule> rules_;
    SharedTable shared_;
    Make make_;
};

namespace detail {

OptionSpec make_option(std::string_view name, OptionTraits traits, OptionType type);

/// Everything of `table`, for a struct that holds the table's at `offset_bytes`.
TablePart included(const OptionTable& table, std::size_t offset_bytes);

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

/// The struct that a rule looks at.
template <class F>
struct RuleSubject;
template <class T>
struct RuleSubject<void (*)(const T&, const CheckContext&)> {
    using Type = T;
};

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

/// All options, groups and rules of a member that is a struct with `options()`.
template <auto kMember>
TablePart include() {
    using Class = typename detail::MemberPointer<decltype(kMember)>::Class;
    using Member = typename detail::MemberPointer<decltype(kMember)>::Member;
    const Class object;
    const auto* begin = reinterpret_cast<const char*>(&object);
    const auto* member = reinterpret_cast<const char*>(&(object.*kMember));
    return detail::included(Member::options(), static_cast<std::size_t>(member - begin));
}

/// A rule that `kCheck`, a `void(const T&, const CheckContext&)`, applies to the table's struct.
template <auto kCheck>
OptionRule rule(std::string_view text) {
    using Subject = typename detail::RuleSubject<decltype(kCheck)>::Type;
    return {std::string(text), [](const void* object, const CheckContext& context) {
                kCheck(*static_cast<const Subject*>(object), context);
            }};
}

// Rules over which options are given.
OptionGroup exactly_one(std::vector<std::string> names);
OptionGroup at_most_one(std::vector<std::string> names);
OptionGroup at_least_one(std::vector<std::string> names);
OptionGroup all_or_none(std::vector<std::string> names);
/// `name` is of use only with all of `others`.
OptionGroup needs(std::string name, std::vector<std::string> others);

}  // namespace kiln::plan
