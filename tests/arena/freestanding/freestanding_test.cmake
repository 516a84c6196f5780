# The arena's headers need nothing beyond a freestanding implementation, on 64 and on 32 bits.
#
# COMPILER compiles the worked example with -ffreestanding, without exceptions and RTTI, and it runs (memmove and
# memset come from the system). With -m32 the same, if this machine has the 32-bit libraries; if not, clang checks the
# syntax for a 32-bit ARM without any library but its own headers and the C++ library's freestanding ones; a machine
# that can do neither says so. Last, a source that uses what is forbidden must be refused, or the flags mean nothing.
cmake_minimum_required(VERSION 3.25)
file(MAKE_DIRECTORY ${WORK})
set(flags -std=c++20 -ffreestanding -fno-exceptions -fno-rtti -Wall -Wextra -Wpedantic -Werror -I${ROOT}/kernel
    -I${ROOT})
set(program ${CMAKE_CURRENT_LIST_DIR}/program.cpp)

# The headers of the arena, all but the one that is for hosted systems, and what they include of the system.
file(GLOB headers RELATIVE ${ROOT}/kernel ${ROOT}/kernel/hallmark/arena/*.hpp)
list(REMOVE_ITEM headers hallmark/arena/hosted_report.hpp)
set(allowed bit compare concepts cstddef cstdint initializer_list limits new type_traits utility)
foreach(header IN LISTS headers)
  file(STRINGS ${ROOT}/kernel/${header} includes REGEX "^#include <[a-z_]+>")
  foreach(include IN LISTS includes)
    string(REGEX REPLACE "#include <(.*)>" "\\1" name "${include}")
    if(NOT name IN_LIST allowed)
      message(FATAL_ERROR "${header} includes <${name}>, which is not freestanding")
    endif()
  endforeach()
  file(STRINGS ${ROOT}/kernel/${header} own REGEX "^#include <hallmark/")
  if(NOT header STREQUAL hallmark/arena/block_header.hpp AND own MATCHES "hosted_report|hallmark/[b-z]")
    message(FATAL_ERROR "${header} includes what needs a hosted library: ${own}")
  endif()
endforeach()

function(run_program name)
  file(WRITE ${WORK}/main.cpp "extern \"C\" int arena_example();\nint main() { return arena_example(); }\n")
  execute_process(COMMAND ${COMPILER} ${flags} ${ARGN} -O1 -c ${program} -o ${WORK}/${name}.o
                  COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${COMPILER} ${ARGN} ${WORK}/main.cpp ${WORK}/${name}.o -o ${WORK}/${name}
                  COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${WORK}/${name} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${name}: the example's result is wrong: ${result}")
  endif()
  message(STATUS "${name}: runs")
endfunction()

run_program(native)

file(WRITE ${WORK}/probe.cpp
     "#include <cstdint>\n#include <new>\nint main() { return sizeof(void*) == 4 ? 0 : 1; }\n")
execute_process(COMMAND ${COMPILER} -m32 ${WORK}/probe.cpp -o ${WORK}/probe RESULT_VARIABLE missing
                OUTPUT_QUIET ERROR_QUIET)
if(missing EQUAL 0)
  run_program(m32 -m32)
else()
  find_program(clang NAMES clang++-14 clang++-19 clang++)
  file(GLOB cxx /usr/include/c++/1*)
  list(SORT cxx COMPARE NATURAL)
  list(GET cxx -1 cxx)
  file(GLOB config /usr/include/*-linux-gnu/c++/1*)
  list(GET config -1 config)
  if(clang AND EXISTS "${cxx}/cstdint" AND EXISTS "${config}/bits/c++config.h")
    # The C++ library's configuration asks the C library for its version only.
    file(WRITE ${WORK}/stub/features.h "#define __GLIBC_PREREQ(major, minor) 0\n")
    execute_process(COMMAND ${clang} ${flags} --target=arm-none-eabi -fsyntax-only -nostdinc++ -isystem ${WORK}/stub
                            -isystem ${cxx} -isystem ${config} ${program} COMMAND_ERROR_IS_FATAL ANY)
    message(STATUS "arm-none-eabi: compiles; not run")
  else()
    message(STATUS "no 32-bit target on this machine: not checked")
  endif()
endif()

foreach(forbidden IN ITEMS "throw 1" "(void)typeid(*static_cast<Base*>(nullptr))")
  file(WRITE ${WORK}/forbidden.cpp
       "#include <typeinfo>\nstruct Base { virtual ~Base(); };\nvoid f() { ${forbidden}; }\n")
  execute_process(COMMAND ${COMPILER} ${flags} -fsyntax-only ${WORK}/forbidden.cpp RESULT_VARIABLE result ERROR_QUIET)
  if(result EQUAL 0)
    message(FATAL_ERROR "the flags accept: ${forbidden}")
  endif()
endforeach()
