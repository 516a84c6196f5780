# Compiles SOURCE twice with COMPILER: with MISTAKE=0 it must compile, with MISTAKE=1 it must not, and the compiler's
# message must match the regular expression in the source's first line, `// rejected: <expression>`.
cmake_minimum_required(VERSION 3.25)
file(STRINGS ${SOURCE} first_line LIMIT_COUNT 1)
if(NOT first_line MATCHES "^// rejected: (.+)$")
  message(FATAL_ERROR "${SOURCE}: the first line must be `// rejected: <regular expression>`")
endif()
set(expected "${CMAKE_MATCH_1}")

foreach(mistake IN ITEMS 0 1)
  execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -Wall -Wextra -I${ROOT}/kernel -DMISTAKE=${mistake}
                          ${SOURCE} RESULT_VARIABLE result_${mistake} ERROR_VARIABLE text_${mistake})
endforeach()
if(NOT result_0 EQUAL 0)
  message(FATAL_ERROR "the correct twin does not compile:\n${text_0}")
endif()
if(result_1 EQUAL 0)
  message(FATAL_ERROR "the mistake compiles")
endif()
if(NOT text_1 MATCHES "${expected}")
  message(FATAL_ERROR "rejected, but not for the expected reason (${expected}):\n${text_1}")
endif()
