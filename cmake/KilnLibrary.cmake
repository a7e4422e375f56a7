# kiln_library(NAME SOURCES a.cpp ... [DEPENDS kiln_base fmt::fmt ...] [TESTS a_test.cpp ...])
#
# One folder of src/ is one static library `kiln_NAME`. Its unit tests stand beside the code and
# become one executable `kiln_NAME_test`, known to ctest test by test.
function(kiln_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;TESTS;TEST_DEPENDS" ${ARGN})
    add_library(kiln_${name} STATIC ${arg_SOURCES})
    target_include_directories(kiln_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(kiln_${name} PUBLIC ${arg_DEPENDS} PRIVATE kiln_warnings)
    if(arg_TESTS)
        add_executable(kiln_${name}_test ${arg_TESTS})
        target_link_libraries(kiln_${name}_test
            PRIVATE kiln_${name} ${arg_TEST_DEPENDS} kiln_warnings GTest::gmock_main)
        gtest_discover_tests(kiln_${name}_test
            TEST_PREFIX ${name}: DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
    endif()
endfunction()
include(GoogleTest)
