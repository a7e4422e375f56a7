# KILN_STATIC_LIBRARIES takes the static form of a library where the system has one. Loading shared
# libraries is most of the time of a short command: 5.5 of the 7 ms that `kiln validate` takes with all
# of them shared, 1.8 ms with this. The presets for tests keep them shared, which links faster. Those
# whose static form needs others that have none (Kerberos, for libssh and libcurl) are not linked at
# all but loaded when they are first needed: sys/shared_library.hpp.
option(KILN_STATIC_LIBRARIES "Take the static form of libraries that have one" OFF)

if(KILN_STATIC_LIBRARIES)
    list(PREPEND CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()

# kiln_static_needs(TARGET NAME...): a static TARGET needs these, which its .pc file tells too late.
function(kiln_static_needs target)
    if(NOT KILN_STATIC_LIBRARIES)
        return()
    endif()
    foreach(name ${ARGN})
        find_library(KILN_STATIC_${name} ${name} REQUIRED)
        set_property(TARGET ${target} APPEND PROPERTY
            INTERFACE_LINK_LIBRARIES ${KILN_STATIC_${name}})
    endforeach()
endfunction()
