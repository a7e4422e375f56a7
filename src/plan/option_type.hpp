#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace kiln::plan {

/// What an option holds, as its user writes it.
enum class OptionType {
    string,
    boolean,
    integer,
    duration,  ///< Go's text: "1h5m"
    size,      ///< "8G", "512MiB"; a plain number is MiB
    string_list,
    integer_list,
    string_list_list,
    string_map,
    block,   ///< at most one
    blocks,  ///< any number
};

/// "list of string", "duration": as documents and messages name it.
const char* name_of(OptionType type);

/// Bytes, in an option that users write as "8G".
struct ByteSize {
    std::int64_t bytes = 0;
    auto operator<=>(const ByteSize&) const = default;
};

/// When the legacy text templates ({{ ... }}) inside an option's strings are rendered.
enum class Render {
    at_prepare,          ///< while planning; the component sees plain text
    at_run,              ///< by the component only, which has more data ({{ .Vars }})
    at_prepare_and_run,  ///< both: what the first pass leaves, the second renders
    never,
};

namespace detail {

/// The option type that a member of C++ type M stands for; a struct with options is a block.
template <class M>
struct OptionTypeOf;

template <OptionType kType>
struct PlainOption {
    static constexpr OptionType type = kType;
    static constexpr bool optional = false;
};
template <>
struct OptionTypeOf<std::string> : PlainOption<OptionType::string> {};
template <>
struct OptionTypeOf<bool> : PlainOption<OptionType::boolean> {};
template <>
struct OptionTypeOf<std::int64_t> : PlainOption<OptionType::integer> {};
template <>
struct OptionTypeOf<std::chrono::nanoseconds> : PlainOption<OptionType::duration> {};
template <>
struct OptionTypeOf<ByteSize> : PlainOption<OptionType::size> {};
template <>
struct OptionTypeOf<std::vector<std::string>> : PlainOption<OptionType::string_list> {};
template <>
struct OptionTypeOf<std::vector<std::int64_t>> : PlainOption<OptionType::integer_list> {};
template <>
struct OptionTypeOf<std::vector<std::vector<std::string>>>
    : PlainOption<OptionType::string_list_list> {};
template <>
struct OptionTypeOf<std::map<std::string, std::string>> : PlainOption<OptionType::string_map> {};

template <class M>
struct IsOptional : std::false_type {};
template <class M>
struct IsOptional<std::optional<M>> : std::true_type {};

/// Whether M is a struct that declares options of its own.
template <class M>
concept HasOptions = requires {
    M::options();
};

/// Class and member type of a pointer to member.
template <class P>
struct MemberPointer;
template <class C, class M>
struct MemberPointer<M C::*> {
    using Class = C;
    using Member = M;
};

}  // namespace detail

}  // namespace kiln::plan
