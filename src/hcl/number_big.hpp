#pragma once

#include "hcl/number.hpp"

#include <mpfr.h>

/// Private to number.cpp and number_text.cpp, so that nobody else depends on MPFR's header.
namespace kiln::hcl {

// Bits. The precision HCL2 promises for numbers; rounding is to nearest even throughout.
constexpr mpfr_prec_t kMantissaBits = 512;

// What is larger becomes an infinity and what is smaller zero, as beyond the range of any float.
// The text of such a number has a million digits; a template that multiplies on could fill any
// memory.
constexpr mpfr_exp_t kMaxBinaryExponent = 4'000'000;

struct Number::Big {
    Big() { mpfr_init2(value, kMantissaBits); }
    ~Big() { mpfr_clear(value); }
    Big(const Big&) = delete;
    Big& operator=(const Big&) = delete;

    mpfr_t value;
};

}  // namespace kiln::hcl
