# cmake -DOUTPUT=page_parts.cpp -DHEADER=report/page_parts.hpp -DNAMESPACE=kiln::report
#     "-DTEXTS=page_style=report.css;page_script=report.js" -P EmbedText.cmake
#
# Writes a function for each text that gives it.
set(code "// Made by cmake/EmbedText.cmake.\n#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n\n")
foreach(text IN LISTS TEXTS)
    string(REGEX MATCH "^([^=]*)=(.*)$" unused "${text}")
    set(function "${CMAKE_MATCH_1}")
    file(READ "${CMAKE_MATCH_2}" content)
    string(APPEND code
        "const char* ${function}() {\n    return R\"kiln_text(${content})kiln_text\";\n}\n\n")
endforeach()
string(APPEND code "}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUTPUT}" "${code}")
