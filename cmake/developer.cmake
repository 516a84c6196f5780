# Flags of our own builds. They are private to our targets and never reach a user of hallmark::kernel.
option(HALLMARK_WARNINGS_AS_ERRORS "Warnings are errors (our presets set it)" OFF)
set(HALLMARK_SANITIZERS "" CACHE STRING "Sanitizers of the test targets: \"\", \"address\" or \"thread\"")

add_library(hallmark_warnings INTERFACE)
target_compile_options(hallmark_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                                   $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
if(HALLMARK_WARNINGS_AS_ERRORS)
  target_compile_options(hallmark_warnings INTERFACE -Werror)
endif()
