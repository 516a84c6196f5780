# Writes OUTPUT, a header with the page's files as text.
set(text "#pragma once\n#include <string_view>\nnamespace hallmark::check::report_page {\n")
foreach(name_and_file IN ITEMS "kHtml page.html" "kCss page.css" "kDom dom.js" "kInterleaving interleaving.js"
                               "kTables tables.js" "kProgram page.js")
  separate_arguments(name_and_file)
  list(GET name_and_file 0 name)
  list(GET name_and_file 1 file)
  file(READ ${CMAKE_CURRENT_LIST_DIR}/${file} content)
  string(APPEND text "inline constexpr std::string_view ${name} = R\"hallmark(${content})hallmark\";\n")
endforeach()
file(WRITE ${OUTPUT} "${text}}  // namespace hallmark::check::report_page\n")
