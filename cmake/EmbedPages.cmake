# cmake -DOUTPUT=help_pages_text.cpp -DPAGES="kiln.md;kiln-build.md" [-DLIBRARY=cli]
#     [-DFUNCTION=help_pages] -P EmbedPages.cmake
#
# Writes kiln::LIBRARY::FUNCTION() with the text of each page; NAME.md and kiln-NAME.md are the page
# NAME, kiln.md the page "".
if(NOT LIBRARY)
    set(LIBRARY cli)
endif()
if(NOT FUNCTION)
    set(FUNCTION help_pages)
endif()
set(text "// Made by cmake/EmbedPages.cmake from docs/.\n#include \"${LIBRARY}/help_pages.hpp\"\n\n")
string(APPEND text
    "namespace kiln::${LIBRARY} {\n\nconst std::vector<HelpPage>& ${FUNCTION}() {\n")
string(APPEND text "    static const std::vector<HelpPage> pages = {\n")
foreach(page IN LISTS PAGES)
    get_filename_component(name "${page}" NAME_WE)
    string(REGEX REPLACE "^kiln-?" "" name "${name}")
    file(READ "${page}" content)
    string(APPEND text "        {\"${name}\", R\"kiln_page(${content})kiln_page\"},\n")
endforeach()
string(APPEND text "    };\n    return pages;\n}\n\n}  // namespace kiln::${LIBRARY}\n")
file(WRITE "${OUTPUT}" "${text}")
