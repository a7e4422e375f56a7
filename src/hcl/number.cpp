#include "hcl/number.hpp"

#include "hcl/number_big.hpp"

#include <cassert>
#include <cstdlib>
#include <limits>

namespace kiln::hcl {

Number::Number(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        small_ = static_cast<std::int64_t>(value);
        return;
    }
    auto big = std::make_shared<Big>();
    mpfr_set_ui(big->value, value, MPFR_RNDN);
    big_ = std::move(big);
}

Number::Number(std::shared_ptr<const Big> big) {
    assert(!mpfr_nan_p(big->value));
    if (mpfr_regular_p(big->value) && std::abs(mpfr_get_exp(big->value)) > kMaxBinaryExponent) {
        *this = mpfr_get_exp(big->value) < 0 ? Number() : infinity(mpfr_sgn(big->value) < 0);
        return;
    }
    if (mpfr_integer_p(big->value) && mpfr_fits_slong_p(big->value, MPFR_RNDN)) {
        small_ = mpfr_get_si(big->value, MPFR_RNDN);
    } else {
        big_ = std::move(big);
    }
}

std::shared_ptr<Number::Big> Number::widen(const Number& number) {
    auto big = std::make_shared<Big>();
    if (number.big_) {
        mpfr_set(big->value, number.big_->value, MPFR_RNDN);
    } else {
        mpfr_set_si(big->value, number.small_, MPFR_RNDN);
    }
    return big;
}

Number Number::infinity(bool negative) {
    auto big = std::make_shared<Big>();
    mpfr_set_inf(big->value, negative ? -1 : 1);
    return Number(std::move(big));
}

bool Number::is_integer() const {
    return !big_ || mpfr_integer_p(big_->value);
}

bool Number::is_infinite() const {
    return big_ && mpfr_inf_p(big_->value);
}

int Number::sign() const {
    if (big_) {
        return mpfr_sgn(big_->value) < 0 ? -1 : 1;
    }
    return small_ < 0 ? -1 : (small_ > 0 ? 1 : 0);
}

std::optional<std::int64_t> Number::to_int64() const {
    return big_ ? std::nullopt : std::optional(small_);
}

double Number::to_double() const {
    return big_ ? mpfr_get_d(big_->value, MPFR_RNDN) : static_cast<double>(small_);
}

std::strong_ordering Number::operator<=>(const Number& other) const {
    if (!big_ && !other.big_) {
        return small_ <=> other.small_;
    }
    if (big_ && other.big_) {
        return mpfr_cmp(big_->value, other.big_->value) <=> 0;
    }
    return big_ ? mpfr_cmp_si(big_->value, other.small_) <=> 0
                : 0 <=> mpfr_cmp_si(other.big_->value, small_);
}

Number Number::operator-() const {
    if (!big_ && small_ != std::numeric_limits<std::int64_t>::min()) {
        return Number(-small_);
    }
    auto big = widen(*this);
    mpfr_neg(big->value, big->value, MPFR_RNDN);
    return Number(std::move(big));
}

Number Number::floor() const {
    if (is_integer() || is_infinite()) {
        return *this;
    }
    auto big = widen(*this);
    mpfr_rint_floor(big->value, big->value, MPFR_RNDN);
    return Number(std::move(big));
}

Number Number::ceil() const {
    return -(-*this).floor();
}

Number Number::truncate() const {
    return sign() < 0 ? ceil() : floor();
}

std::optional<Number> add(const Number& a, const Number& b) {
    std::int64_t sum = 0;
    if (!a.big_ && !b.big_ && !__builtin_add_overflow(a.small_, b.small_, &sum)) {
        return Number(sum);
    }
    if (a.is_infinite() && b.is_infinite() && a.sign() != b.sign()) {
        return std::nullopt;
    }
    auto big = Number::widen(a);
    mpfr_add(big->value, big->value, Number::widen(b)->value, MPFR_RNDN);
    return Number(std::move(big));
}

std::optional<Number> subtract(const Number& a, const Number& b) {
    return add(a, -b);
}

std::optional<Number> multiply(const Number& a, const Number& b) {
    std::int64_t product = 0;
    if (!a.big_ && !b.big_ && !__builtin_mul_overflow(a.small_, b.small_, &product)) {
        return Number(product);
    }
    if ((a.is_zero() && b.is_infinite()) || (a.is_infinite() && b.is_zero())) {
        return std::nullopt;
    }
    auto big = Number::widen(a);
    mpfr_mul(big->value, big->value, Number::widen(b)->value, MPFR_RNDN);
    return Number(std::move(big));
}

std::optional<Number> divide(const Number& a, const Number& b) {
    if ((a.is_zero() && b.is_zero()) || (a.is_infinite() && b.is_infinite())) {
        return std::nullopt;
    }
    if (b.is_zero()) {
        return Number::infinity(a.sign() < 0);
    }
    auto big = Number::widen(a);
    mpfr_div(big->value, big->value, Number::widen(b)->value, MPFR_RNDN);
    return Number(std::move(big));
}

std::optional<Number> remainder(const Number& a, const Number& b) {
    if (b.is_infinite()) {
        return std::nullopt;
    }
    if (b.is_zero() || a.is_infinite()) {
        return a;
    }
    // By the rounded quotient and not by the exact remainder: 5.5 % 0.1 is 0 in Packer, although
    // the nearest binary number to 0.1 does not divide 5.5.
    const std::optional<Number> quotient = divide(a, b);
    const std::optional<Number> whole = multiply(quotient->truncate(), b);
    return subtract(a, *whole);
}

}  // namespace kiln::hcl
