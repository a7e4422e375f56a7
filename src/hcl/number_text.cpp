#include "base/ascii.hpp"
#include "hcl/number.hpp"
#include "hcl/number_big.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <utility>

namespace kiln::hcl {

namespace {

// 512 bits are at most this many decimal digits: 1 + ceil(512 * log10(2)).
constexpr std::size_t kMaxDigits = 156;
constexpr std::int64_t kMaxExponent = 1'000'000;

/// A decimal as written, its parts found but not yet read.
struct Decimal {
    std::string mantissa;  // digits and at most one point, sign in front
    std::int64_t exponent = 0;
    bool binary_exponent = false;
};

/// Digits of an exponent; nothing for none at all and for more than kMaxExponent.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
        return std::nullopt;
    }
    std::int64_t exponent = 0;
    for (const char digit : text) {
        exponent = exponent * 10 + (digit - '0');
        if (exponent > kMaxExponent) {
            return std::nullopt;
        }
    }
    return negative ? -exponent : exponent;
}

std::optional<Decimal> split_decimal(std::string_view text) {
    Decimal decimal;
    if (text.starts_with('-') || text.starts_with('+')) {
        decimal.mantissa.push_back(text[0]);
        text.remove_prefix(1);
    }
    std::size_t digits = 0;
    std::size_t points = 0;
    std::size_t end = 0;
    for (; end < text.size() && (is_digit(text[end]) || text[end] == '.'); ++end) {
        ++(text[end] == '.' ? points : digits);
    }
    if (digits == 0 || points > 1) {
        return std::nullopt;
    }
    decimal.mantissa.append(text.substr(0, end));
    if (end == text.size()) {
        return decimal;
    }
    const char mark = text[end];
    if (mark != 'e' && mark != 'E' && mark != 'p' && mark != 'P') {
        return std::nullopt;
    }
    decimal.binary_exponent = mark == 'p' || mark == 'P';
    const std::optional<std::int64_t> exponent = parse_exponent(text.substr(end + 1));
    if (!exponent) {
        return std::nullopt;
    }
    decimal.exponent = *exponent;
    return decimal;
}

std::optional<std::int64_t> parse_small(std::string_view text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || text.empty()) {
        return std::nullopt;
    }
    return value;
}

std::optional<bool> parse_infinity_sign(std::string_view text) {
    bool negative = false;
    if (text.starts_with('-') || text.starts_with('+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    return text == "Inf" || text == "inf" ? std::optional(negative) : std::nullopt;
}

/// An integer of arbitrary size for conversions between bases.
class Integer {
public:
    Integer() { mpz_init(value_); }
    ~Integer() { mpz_clear(value_); }
    Integer(const Integer&) = delete;
    Integer& operator=(const Integer&) = delete;
    mpz_ptr get() { return value_; }

private:
    mpz_t value_;
};

char swap_letter_case(char c) {
    if (c >= 'a' && c <= 'z') {
        return static_cast<char>(c - 'a' + 'A');
    }
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Value of a digit where letters count from 10 and, above base 36, capitals follow small ones.
int digit_value(char c, int base) {
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'Z') {
        return c - 'A' + (base <= 36 ? 10 : 36);
    }
    return base;
}

/// `digits` with the decimal point after position `exponent`: ("12", 4) is 1200, ("12", 0) is 0.12.
std::string place_point(std::string_view digits, mpfr_exp_t exponent) {
    const auto count = static_cast<mpfr_exp_t>(digits.size());
    if (exponent <= 0) {
        return "0." + std::string(static_cast<std::size_t>(-exponent), '0') + std::string(digits);
    }
    if (exponent >= count) {
        return std::string(digits) + std::string(static_cast<std::size_t>(exponent - count), '0');
    }
    const auto whole = static_cast<std::size_t>(exponent);
    return std::string(digits.substr(0, whole)) + "." + std::string(digits.substr(whole));
}

}  // namespace

std::optional<Number> Number::parse(std::string_view text) {
    if (const auto small = parse_small(text)) {
        return Number(*small);
    }
    if (const auto negative = parse_infinity_sign(text)) {
        return infinity(*negative);
    }
    const std::optional<Decimal> decimal = split_decimal(text);
    if (!decimal) {
        return std::nullopt;
    }
    auto big = std::make_shared<Big>();
    std::string digits = decimal->mantissa;
    if (!decimal->binary_exponent) {
        digits += "e" + std::to_string(decimal->exponent);
    }
    mpfr_set_str(big->value, digits.c_str(), 10, MPFR_RNDN);
    if (decimal->binary_exponent) {
        mpfr_mul_2si(big->value, big->value, decimal->exponent, MPFR_RNDN);
    }
    const Number number(std::move(big));
    return number.is_infinite() ? std::nullopt : std::optional(number);
}

std::optional<Number> Number::from_double(double value) {
    if (std::isinf(value)) {
        return infinity(value < 0);
    }
    char buffer[32];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    assert(error == std::errc{});
    static_cast<void>(error);
    return parse({buffer, static_cast<std::size_t>(end - buffer)});
}

std::optional<Number> Number::parse_integer(std::string_view text, int base) {
    assert(base >= 2 && base <= 62);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const auto fits = [base](char c) { return digit_value(c, base) < base; };
    if (text.empty() || !std::all_of(text.begin(), text.end(), fits)) {
        return std::nullopt;
    }
    std::string digits(text);
    if (base > 36) {
        // GMP has capitals before small letters there.
        std::transform(digits.begin(), digits.end(), digits.begin(), swap_letter_case);
    }
    Integer integer;
    mpz_set_str(integer.get(), digits.c_str(), base);
    auto big = std::make_shared<Big>();
    mpfr_set_z(big->value, integer.get(), MPFR_RNDN);
    const Number number(std::move(big));
    return negative ? -number : number;
}

namespace {

struct Digits {
    std::string text;  // without sign
    mpfr_exp_t exponent = 0;
};

Digits round_to_digits(mpfr_srcptr value, std::size_t count) {
    char buffer[kMaxDigits + 3];  // sign, digits, NUL
    Digits digits;
    mpfr_get_str(buffer, &digits.exponent, 10, count, value, MPFR_RNDN);
    digits.text = buffer[0] == '-' ? buffer + 1 : buffer;
    return digits;
}

bool reads_back(mpfr_srcptr value, mpfr_ptr scratch, const Digits& digits) {
    const std::string text = "0." + digits.text + "e" + std::to_string(digits.exponent);
    mpfr_set_str(scratch, text.c_str(), 10, MPFR_RNDN);
    return mpfr_cmpabs(scratch, value) == 0;
}

// The nearest decimal of n digits never gets worse as n grows, because the decimals of n digits
// are among those of n + 1. So whether it reads back is monotonic in n, and the least n that does
// is found by halving.
Digits shortest_digits(mpfr_srcptr value, mpfr_ptr scratch) {
    std::size_t low = 1;
    std::size_t high = kMaxDigits;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (reads_back(value, scratch, round_to_digits(value, middle))) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return round_to_digits(value, low);
}

/// "1.23e+04" of the digits; at least two in the exponent, as C has it.
std::string in_scientific(const Digits& digits) {
    const mpfr_exp_t exponent = digits.exponent - 1;
    std::string magnitude = std::to_string(exponent < 0 ? -exponent : exponent);
    if (magnitude.size() < 2) {
        magnitude.insert(magnitude.begin(), '0');
    }
    const std::string fraction = digits.text.size() > 1 ? "." + digits.text.substr(1) : "";
    return digits.text[0] + fraction + (exponent < 0 ? "e-" : "e+") + magnitude;
}

constexpr const char* infinity_text(int sign) {
    return sign < 0 ? "-Inf" : "+Inf";
}

}  // namespace

std::string Number::to_string() const {
    if (!big_) {
        return std::to_string(small_);
    }
    if (is_infinite()) {
        return infinity_text(sign());
    }
    Big scratch;
    const Digits digits = shortest_digits(big_->value, scratch.value);
    return (sign() < 0 ? "-" : "") + place_point(digits.text, digits.exponent);
}

std::string Number::print(const char* conversion, int precision) const {
    if (is_infinite()) {
        return infinity_text(sign());
    }
    char* printed = nullptr;
    const int size = mpfr_asprintf(&printed, conversion, precision, widen(*this)->value);
    assert(size >= 0);
    const std::string text(printed, static_cast<std::size_t>(size));
    mpfr_free_str(printed);
    return text;
}

std::string Number::to_fixed(int precision) const {
    return print("%.*RNf", precision);
}

std::string Number::to_scientific(int precision) const {
    return print("%.*RNe", precision);
}

std::string Number::to_general(std::optional<int> precision) const {
    if (precision || is_infinite()) {
        return print("%.*RNg", precision.value_or(0));
    }
    if (is_zero()) {
        return "0";
    }
    // As Go does it: the precision that decides between the forms is 6 when none is given.
    constexpr mpfr_exp_t kLeastExponent = -4;
    constexpr mpfr_exp_t kPrecision = 6;
    Big scratch;
    const Digits digits = shortest_digits(widen(*this)->value, scratch.value);
    const mpfr_exp_t exponent = digits.exponent - 1;
    const bool plain = exponent >= kLeastExponent && exponent < kPrecision;
    return (sign() < 0 ? "-" : "") +
           (plain ? place_point(digits.text, digits.exponent) : in_scientific(digits));
}

std::string Number::to_string_in_base(int base) const {
    assert(base >= 2 && base <= 36 && is_integer());
    Integer integer;
    if (big_) {
        mpfr_get_z(integer.get(), big_->value, MPFR_RNDN);
    } else {
        mpz_set_si(integer.get(), small_);
    }
    std::string text(mpz_sizeinbase(integer.get(), base) + 2, '\0');  // sign and NUL
    mpz_get_str(text.data(), base, integer.get());
    text.resize(text.find('\0'));
    return text;
}

}  // namespace kiln::hcl
