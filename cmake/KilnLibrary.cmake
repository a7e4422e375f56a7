# kiln_library(NAME [SEPARATE] SOURCES a.cpp ... [DEPENDS kiln_base fmt::fmt ...] [TESTS a_test.cpp ...])
#
# One folder of src/ is one static library `kiln_NAME`. Its unit tests stand beside the code and
# become one executable `kiln_NAME_test`, known to ctest test by test.
#
# KILN_UNITY compiles several sources of a folder as one, which takes a third of the time; names of
# their anonymous namespaces must differ then. The preset dev leaves it off: there a change compiles
# one small file, and each file is seen to include what it needs. SEPARATE leaves it off for folders of
# which kiln-node takes a part: a program takes whole objects from an archive.
option(KILN_UNITY "Compile several sources of a folder as one" OFF)
set(kiln_sources_at_once 8)

function(kiln_library name)
    cmake_parse_arguments(arg "SEPARATE" "" "SOURCES;DEPENDS;TESTS;TEST_DEPENDS" ${ARGN})
    add_library(kiln_${name} STATIC ${arg_SOURCES})
    target_include_directories(kiln_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(kiln_${name} PUBLIC ${arg_DEPENDS} PRIVATE kiln_warnings)
    if(KILN_UNITY AND NOT arg_SEPARATE)
        set_target_properties(kiln_${name} PROPERTIES
            UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${kiln_sources_at_once})
    endif()
    if(arg_TESTS)
        add_executable(kiln_${name}_test ${arg_TESTS})
        target_link_libraries(kiln_${name}_test
            PRIVATE kiln_${name} ${arg_TEST_DEPENDS} kiln_warnings GTest::gmock_main)
        if(KILN_UNITY)
            set_target_properties(kiln_${name}_test PROPERTIES
                UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${kiln_sources_at_once})
        endif()
        # GCC 12's leak checker guesses where glibc keeps the thread-local memory of libraries that are
        # loaded later (libssh, libcurl), and now and then dies of a wrong guess.
        gtest_discover_tests(kiln_${name}_test
            TEST_PREFIX ${name}: DISCOVERY_TIMEOUT 60
            PROPERTIES TIMEOUT 120 ENVIRONMENT ASAN_OPTIONS=intercept_tls_get_addr=0)
    endif()
endfunction()
include(GoogleTest)
