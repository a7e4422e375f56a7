#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::hcl {

/// A number of the language: a binary float with a 512-bit mantissa, rounded to nearest even, up to
/// about 1e1200000. Infinities exist (1/0), a "not a number" does not: operations without a result
/// return nothing. An integer that fits 64 bits is held inline.
class Number {
public:
    Number() = default;  ///< zero
    Number(int value) : small_(value) {}
    Number(std::int64_t value) : small_(value) {}
    Number(std::uint64_t value);
    /// The number whose text is the shortest that reads back as the double: what functions over
    /// float64 give. Nothing for a NaN.
    static std::optional<Number> from_double(double value);
    static Number infinity(bool negative);

    /// A literal ("12", "1.5", "2E-4"), and what a string may hold besides: a sign, a bare leading
    /// or trailing point, a binary exponent ("1p5"), "Inf". Nothing for other text and for
    /// exponents beyond a million, which no template means and whose text would fill the memory.
    static std::optional<Number> parse(std::string_view text);

    bool is_integer() const;  ///< false for infinities
    bool is_infinite() const;
    bool is_zero() const { return !big_ && small_ == 0; }
    int sign() const;  ///< -1, 0 or 1

    std::optional<std::int64_t> to_int64() const;  ///< only when exact
    double to_double() const;                      ///< nearest

    /// The shortest plain decimal that reads back as this number; never an exponent. "+Inf",
    /// "-Inf".
    std::string to_string() const;
    /// Digits of a whole number in `base` (2 to 36), lower case, "-" in front. Exact.
    std::string to_string_in_base(int base) const;
    // As C's %.*f, %.*e and %.*g, correctly rounded; to_general() without a precision takes as
    // many digits as reading back needs and goes over to an exponent from a million on.
    std::string to_fixed(int precision) const;
    std::string to_scientific(int precision) const;
    std::string to_general(std::optional<int> precision) const;

    std::strong_ordering operator<=>(const Number& other) const;
    bool operator==(const Number& other) const { return (*this <=> other) == 0; }

    Number operator-() const;
    Number abs() const { return sign() < 0 ? -*this : *this; }
    Number floor() const;
    Number ceil() const;
    Number truncate() const;  ///< towards zero

    // Nothing where the result is undefined: opposing infinities, zero times infinity, zero by
    // zero, infinity by infinity.
    friend std::optional<Number> add(const Number& a, const Number& b);
    friend std::optional<Number> subtract(const Number& a, const Number& b);
    friend std::optional<Number> multiply(const Number& a, const Number& b);
    friend std::optional<Number> divide(const Number& a, const Number& b);
    /// Truncates the quotient towards zero; a % 0 is a, and an infinity % b is that infinity.
    /// Nothing for an infinite b.
    friend std::optional<Number> remainder(const Number& a, const Number& b);

    /// Reads whole digits of `base` (2 to 62; letters either case up to 36, beyond that capitals
    /// follow small letters), an optional sign in front.
    static std::optional<Number> parse_integer(std::string_view text, int base);

private:
    struct Big;
    explicit Number(std::shared_ptr<const Big> big);  // becomes inline when it fits
    static std::shared_ptr<Big> widen(const Number& number);
    std::string print(const char* conversion, int precision) const;

    std::int64_t small_ = 0;
    std::shared_ptr<const Big> big_;  // only what is no 64-bit integer
};

}  // namespace kiln::hcl
