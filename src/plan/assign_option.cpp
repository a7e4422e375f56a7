#include "plan/assign_option.hpp"

#include "base/duration.hpp"
#include "base/units.hpp"
#include "hcl/convert.hpp"
#include "plan/decoded_options.hpp"

#include <string>
#include <utility>

namespace kiln::plan {

namespace {

hcl::Type type_of(OptionType type) {
    switch (type) {
        case OptionType::string:
        case OptionType::duration:
        case OptionType::size:
            return hcl::Type::string();
        case OptionType::boolean:
            return hcl::Type::boolean();
        case OptionType::integer:
            return hcl::Type::number();
        case OptionType::string_list:
            return hcl::Type::list(hcl::Type::string());
        case OptionType::integer_list:
            return hcl::Type::list(hcl::Type::number());
        case OptionType::string_list_list:
            return hcl::Type::list(hcl::Type::list(hcl::Type::string()));
        case OptionType::string_map:
            return hcl::Type::map(hcl::Type::string());
        case OptionType::block:
        case OptionType::blocks:
            break;
    }
    return hcl::Type::dynamic();
}

// Writes one option; every failure is told in the words of the same sentence.
class Assignment {
public:
    Assignment(const OptionSpec& option, SourceRange range, Diagnostics& diagnostics)
        : option_(option), range_(range), diagnostics_(diagnostics) {}

    void run(const hcl::Value& value, void* object) {
        const hcl::Conversion converted = hcl::convert(value, type_of(option_.type));
        if (!converted) {
            fail(converted.error);
            return;
        }
        write(*converted.value, object);
    }

private:
    void write(const hcl::Value& value, void* object) {
        switch (option_.type) {
            case OptionType::string:
                return store(object, text(value));
            case OptionType::boolean:
                return store(object, std::optional(value.is_known() && value.as_boolean()));
            case OptionType::integer:
                return store(object, integer(value));
            case OptionType::duration:
                return store(object, duration(value));
            case OptionType::size:
                return store(object, size(value));
            case OptionType::string_list:
                return store(object, list<std::string>(value, &Assignment::text));
            case OptionType::integer_list:
                return store(object, list<std::int64_t>(value, &Assignment::integer));
            case OptionType::string_list_list:
                return store(object, list<std::vector<std::string>>(value, &Assignment::texts));
            case OptionType::string_map:
                return store(object, map(value));
            case OptionType::block:
            case OptionType::blocks:
                break;
        }
    }

    template <class T>
    void store(void* object, std::optional<T> decoded) {
        if (decoded) {
            *static_cast<T*>(option_.writable(object)) = std::move(*decoded);
        }
    }

    std::optional<std::string> text(const hcl::Value& value) {
        if (!value.is_known()) {
            return kUnknownValue;
        }
        if (value.is_null()) {
            fail("an element is null");
            return std::nullopt;
        }
        return value.as_string();
    }

    std::optional<std::int64_t> integer(const hcl::Value& value) {
        if (!value.is_known()) {
            return 0;
        }
        if (value.is_null()) {
            fail("an element is null");
            return std::nullopt;
        }
        const std::optional<std::int64_t> number = value.as_number().to_int64();
        if (!number) {
            fail(value.as_number().to_string() + " is not a whole number of 64 bits");
        }
        return number;
    }

    std::optional<std::chrono::nanoseconds> duration(const hcl::Value& value) {
        if (!value.is_known()) {
            return std::chrono::nanoseconds(0);
        }
        const auto parsed = parse_go_duration(value.as_string());
        if (!parsed) {
            fail(
                "\"" + value.as_string() + "\" is no duration",
                "write a number with a unit, such as \"30s\" or \"1h5m\""
            );
        }
        return parsed;
    }

    std::optional<ByteSize> size(const hcl::Value& value) {
        if (!value.is_known()) {
            return ByteSize{};
        }
        const std::optional<std::int64_t> bytes = parse_size(value.as_string(), kMiB);
        if (!bytes) {
            fail(
                "\"" + value.as_string() + "\" is no size",
                "write a number with a unit, such as \"512M\" or \"8G\""
            );
            return std::nullopt;
        }
        return ByteSize{*bytes};
    }

    std::optional<std::vector<std::string>> texts(const hcl::Value& value) {
        return list<std::string>(value, &Assignment::text);
    }

    template <class T>
    std::optional<std::vector<T>> list(
        const hcl::Value& value, std::optional<T> (Assignment::*decode)(const hcl::Value&)
    ) {
        std::vector<T> out;
        if (!value.is_known() || value.is_null()) {
            return out;
        }
        for (const hcl::Value& element : value.elements()) {
            std::optional<T> decoded = (this->*decode)(element);
            if (!decoded) {
                return std::nullopt;
            }
            out.push_back(std::move(*decoded));
        }
        return out;
    }

    std::optional<std::map<std::string, std::string>> map(const hcl::Value& value) {
        std::map<std::string, std::string> out;
        if (!value.is_known()) {
            return out;
        }
        for (const auto& [key, member] : value.members()) {
            std::optional<std::string> decoded = text(member);
            if (!decoded) {
                return std::nullopt;
            }
            out.emplace(key, std::move(*decoded));
        }
        return out;
    }

    void fail(const std::string& why, std::string hint = {}) {
        diagnostics_.error(
            range_,
            "option \"" + option_.name + "\" must be a " + name_of(option_.type) + ": " + why,
            std::move(hint)
        );
    }

    const OptionSpec& option_;
    SourceRange range_;
    Diagnostics& diagnostics_;
};

}  // namespace

void assign_option(
    const OptionSpec& option,
    const hcl::Value& value,
    SourceRange range,
    void* object,
    Diagnostics& diagnostics
) {
    Assignment(option, range, diagnostics).run(value, object);
}

}  // namespace kiln::plan
