# KILN_SANITIZE is a list for -fsanitize=, e.g. "address,undefined" or "thread"; empty for none.
set(KILN_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
option(KILN_FUZZ "Build the libFuzzer targets (needs clang)" OFF)

if(KILN_SANITIZE)
    add_compile_options(-fsanitize=${KILN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${KILN_SANITIZE})
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
if(KILN_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)  # coverage of the libraries guides the fuzzer
endif()
