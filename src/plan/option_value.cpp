#include "plan/option_value.hpp"

#include "base/duration.hpp"
#include "base/units.hpp"

#include <array>
#include <utility>

namespace kiln::plan {

namespace {

template <class T>
const T& as(const void* member) {
    return *static_cast<const T*>(member);
}

hcl::Value integers(const std::vector<std::int64_t>& numbers) {
    hcl::Elements elements;
    for (const std::int64_t number : numbers) {
        elements.push_back(hcl::Value::number(number));
    }
    return hcl::Value::tuple(std::move(elements));
}

hcl::Value string_lists(const std::vector<std::vector<std::string>>& lists) {
    hcl::Elements elements;
    for (const std::vector<std::string>& list : lists) {
        elements.push_back(hcl::Value::strings(list));
    }
    return hcl::Value::tuple(std::move(elements));
}

hcl::Value string_map(const std::map<std::string, std::string>& texts) {
    hcl::Members members;
    for (const auto& [key, text] : texts) {
        members.emplace(key, hcl::Value::string(text));
    }
    return hcl::Value::object(std::move(members));
}

hcl::Value blocks(const OptionSpec& option, const void* object) {
    hcl::Elements elements;
    for (std::size_t i = 0; i < option.count(object); ++i) {
        const void* block = option.element(object, i);
        hcl::Members members;
        for (const OptionSpec& nested : option.nested().options()) {
            const hcl::Value value = option_value(nested, block);
            if (!value.is_null()) {
                members.emplace(nested.name, value);
            }
        }
        elements.push_back(hcl::Value::object(std::move(members)));
    }
    return hcl::Value::tuple(std::move(elements));
}

}  // namespace

hcl::Value option_value(const OptionSpec& option, const void* object) {
    if (option.is_block()) {
        return blocks(option, object);
    }
    const void* member = option.readable(object);
    if (member == nullptr) {
        return {};
    }
    switch (option.type) {
        case OptionType::string:
            return hcl::Value::string(as<std::string>(member));
        case OptionType::boolean:
            return hcl::Value::boolean(as<bool>(member));
        case OptionType::integer:
            return hcl::Value::number(as<std::int64_t>(member));
        case OptionType::duration:
            return hcl::Value::string(format_go_duration(as<std::chrono::nanoseconds>(member)));
        case OptionType::size:
            return hcl::Value::string(size_text(as<ByteSize>(member)));
        case OptionType::string_list:
            return hcl::Value::strings(as<std::vector<std::string>>(member));
        case OptionType::integer_list:
            return integers(as<std::vector<std::int64_t>>(member));
        case OptionType::string_list_list:
            return string_lists(as<std::vector<std::vector<std::string>>>(member));
        case OptionType::string_map:
            return string_map(as<std::map<std::string, std::string>>(member));
        case OptionType::block:
        case OptionType::blocks:
            break;
    }
    return {};
}

std::string size_text(ByteSize size) {
    struct Unit {
        std::int64_t bytes;
        const char* suffix;
    };
    constexpr std::array<Unit, 3> kUnits = {{{kGiB, "G"}, {kMiB, "M"}, {kKiB, "K"}}};
    for (const Unit& unit : kUnits) {
        if (size.bytes != 0 && size.bytes % unit.bytes == 0) {
            return std::to_string(size.bytes / unit.bytes) + unit.suffix;
        }
    }
    return std::to_string(size.bytes) + "B";
}

}  // namespace kiln::plan
