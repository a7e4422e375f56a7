#include "base/strings.hpp"
#include "goss/functions.hpp"
#include "template/text/values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace kiln::goss {

namespace {

using tmpl::TextContext;
using tmpl::TextList;
using tmpl::TextValue;
using tmpl::text::Arguments;
using tmpl::text::as_integer;
using tmpl::text::as_string;
using tmpl::text::CallFailure;
using tmpl::text::FunctionMap;
using tmpl::text::kAnyNumber;

double real_of(const TextValue& value) {
    if (const std::int64_t* number = as_integer(value)) {
        return static_cast<double>(*number);
    }
    if (const auto* number = std::get_if<double>(&value.data())) {
        return *number;
    }
    if (const auto* truth = std::get_if<bool>(&value.data())) {
        return *truth ? 1 : 0;
    }
    double number = 0;
    if (const std::string* text = as_string(value)) {
        std::from_chars(text->data(), text->data() + text->size(), number);
    }
    return number;
}

// What no number can be made of is 0, as sprig has it.
std::int64_t whole_of(const TextValue& value) {
    if (const std::int64_t* number = as_integer(value)) {
        return *number;
    }
    if (const std::string* text = as_string(value)) {
        std::int64_t number = 0;
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), number);
        return error == std::errc() && end == text->data() + text->size() ? number : 0;
    }
    const double number = real_of(value);
    return std::abs(number) < 9e18 ? static_cast<std::int64_t>(number) : 0;
}

std::int64_t wrapped(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

template <class Step>
TextValue folded(const Arguments& a, Step step) {
    std::int64_t result = whole_of(a[0]);
    for (std::size_t i = 1; i < a.size(); ++i) {
        result = step(result, whole_of(a[i]));
    }
    return result;
}

std::uint64_t bits(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}

TextValue add(const Arguments& a, const TextContext& /*context*/) {
    return folded(a, [](auto x, auto y) { return wrapped(bits(x) + bits(y)); });
}
TextValue add_one(const Arguments& a, const TextContext& /*context*/) {
    return wrapped(bits(whole_of(a[0])) + 1);
}
TextValue subtract(const Arguments& a, const TextContext& /*context*/) {
    return wrapped(bits(whole_of(a[0])) - bits(whole_of(a[1])));
}
TextValue multiply(const Arguments& a, const TextContext& /*context*/) {
    return folded(a, [](auto x, auto y) { return wrapped(bits(x) * bits(y)); });
}

void check_divisor(std::int64_t divisor) {
    if (divisor == 0) {
        throw CallFailure{"division by zero"};
    }
}

TextValue divide(const Arguments& a, const TextContext& /*context*/) {
    const std::int64_t divisor = whole_of(a[1]);
    check_divisor(divisor);
    return divisor == -1 ? wrapped(0 - bits(whole_of(a[0]))) : whole_of(a[0]) / divisor;
}
TextValue modulo(const Arguments& a, const TextContext& /*context*/) {
    const std::int64_t divisor = whole_of(a[1]);
    check_divisor(divisor);
    return divisor == -1 ? std::int64_t{0} : whole_of(a[0]) % divisor;
}
TextValue largest(const Arguments& a, const TextContext& /*context*/) {
    return folded(a, [](auto x, auto y) { return std::max(x, y); });
}
TextValue smallest(const Arguments& a, const TextContext& /*context*/) {
    return folded(a, [](auto x, auto y) { return std::min(x, y); });
}
TextValue floor_of(const Arguments& a, const TextContext& /*context*/) {
    return std::floor(real_of(a[0]));
}
TextValue ceiling_of(const Arguments& a, const TextContext& /*context*/) {
    return std::ceil(real_of(a[0]));
}
TextValue rounded(const Arguments& a, const TextContext& /*context*/) {
    const double scale = std::pow(10.0, static_cast<double>(whole_of(a[1])));
    return std::floor(real_of(a[0]) * scale + 0.5) / scale;
}
TextValue to_whole(const Arguments& a, const TextContext& /*context*/) {
    return whole_of(a[0]);
}
TextValue to_real(const Arguments& a, const TextContext& /*context*/) {
    return real_of(a[0]);
}

// A list of whole numbers; more than any file of tests needs is refused.
TextList counted(std::int64_t begin, std::int64_t end, std::int64_t step) {
    constexpr std::size_t kMaxCount = 10'000;
    TextList list;
    if (step == 0) {
        return list;
    }
    for (std::int64_t i = begin; step > 0 ? i < end : i > end; i += step) {
        if (list.size() == kMaxCount) {
            throw CallFailure{"more than 10000 numbers"};
        }
        list.emplace_back(i);
    }
    return list;
}

TextValue until(const Arguments& a, const TextContext& /*context*/) {
    const std::int64_t count = whole_of(a[0]);
    return counted(0, count, count < 0 ? -1 : 1);
}
TextValue until_step(const Arguments& a, const TextContext& /*context*/) {
    return counted(whole_of(a[0]), whole_of(a[1]), whole_of(a[2]));
}

// "1 2 3": a text, as sprig's is.
TextValue sequence(const Arguments& a, const TextContext& /*context*/) {
    const std::int64_t first = a.size() > 1 ? whole_of(a[0]) : 1;
    const std::int64_t last = whole_of(a.back());
    const std::int64_t step = a.size() == 3 ? whole_of(a[1]) : (last < first ? -1 : 1);
    std::vector<std::string> parts;
    for (const TextValue& number : counted(first, last + (step > 0 ? 1 : -1), step)) {
        parts.push_back(tmpl::text::to_text(number));
    }
    return join(parts, " ");
}

}  // namespace

FunctionMap sprig_number_functions() {
    return {
        {"add", {1, kAnyNumber, add}},
        {"add1", {1, 1, add_one}},
        {"atoi", {1, 1, to_whole}},
        {"ceil", {1, 1, ceiling_of}},
        {"div", {2, 2, divide}},
        {"float64", {1, 1, to_real}},
        {"floor", {1, 1, floor_of}},
        {"int", {1, 1, to_whole}},
        {"int64", {1, 1, to_whole}},
        {"max", {1, kAnyNumber, largest}},
        {"min", {1, kAnyNumber, smallest}},
        {"mod", {2, 2, modulo}},
        {"mul", {1, kAnyNumber, multiply}},
        {"round", {2, 2, rounded}},
        {"seq", {1, 3, sequence}},
        {"sub", {2, 2, subtract}},
        {"until", {1, 1, until}},
        {"untilStep", {3, 3, until_step}},
    };
}

}  // namespace kiln::goss
