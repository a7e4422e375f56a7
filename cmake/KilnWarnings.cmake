# Warnings of every kiln target. KILN_WERROR makes them errors (the presets do; a packager may not).
option(KILN_WERROR "Treat warnings as errors" ON)

add_library(kiln_warnings INTERFACE)
target_compile_options(kiln_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum -Wimplicit-fallthrough
    # Designated initialisers name what differs; the rest has its default.
    -Wno-missing-field-initializers
    # GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<BOOL:${KILN_WERROR}>:-Werror>)
