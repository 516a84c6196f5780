# The linker must never take one backend's functions for another's: no kernel symbol is defined by two backends.
# Compiles symbols.cpp with COMPILER for each backend into WORK and compares what NM lists.
cmake_minimum_required(VERSION 3.25)
file(MAKE_DIRECTORY ${WORK})

# The mangled names of StealQueue's functions in `backend`.
function(queue_symbols backend definitions)
  execute_process(COMMAND ${COMPILER} -std=c++20 -O0 -I${ROOT}/kernel -I${ROOT} ${definitions} -c
                          ${CMAKE_CURRENT_LIST_DIR}/symbols.cpp -o ${WORK}/${backend}.o COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${NM} --defined-only ${WORK}/${backend}.o OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[A-Za-z0-9_]*StealQueue[A-Za-z0-9_]*" symbols "${text}")
  list(REMOVE_DUPLICATES symbols)
  list(LENGTH symbols count)
  if(count LESS 5)
    message(FATAL_ERROR "${backend}: only ${count} symbols of StealQueue found:\n${text}")
  endif()
  set(${backend} "${symbols}" PARENT_SCOPE)
endfunction()

queue_symbols(production "")
queue_symbols(production_again "")
queue_symbols(production_checked -DHALLMARK_CHECKED=1)
queue_symbols(chaos "-DHALLMARK_BACKEND=\"tests/stress/chaos_backend.hpp\"")
queue_symbols(interposed "-DHALLMARK_BACKEND=\"tests/mark/interposed_backend.hpp\"")

if(NOT production STREQUAL production_again)
  message(FATAL_ERROR "one backend compiled twice has different symbols: the comparison below means nothing")
endif()
set(seen "")
foreach(backend IN ITEMS production production_checked chaos interposed)
  foreach(symbol IN LISTS ${backend})
    if(symbol IN_LIST seen)
      message(FATAL_ERROR "${backend} defines ${symbol}, and so does another backend")
    endif()
  endforeach()
  list(APPEND seen ${${backend}})
endforeach()
