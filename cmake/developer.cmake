# Flags and test helpers of our own builds. All of it is private to our targets and never reaches a user of
# hallmark::kernel.
option(HALLMARK_WARNINGS_AS_ERRORS "Warnings are errors (our presets set it)" OFF)
set(HALLMARK_SANITIZERS "" CACHE STRING "Sanitizers of the test targets: a list of sanitizers/<name>.cmake")
option(HALLMARK_HARDENED "The flags are those of a hardened build: its controls must be reported" OFF)
option(HALLMARK_JUDGES "Measure what each judge sees of the controls (sanitizers/judges.py)" OFF)
option(HALLMARK_COVERAGE "Count the lines of the kernel that tests run (ci/coverage)" OFF)
option(HALLMARK_MEMCHECK "Run the test programs under valgrind's memcheck" OFF)

# A build for this machine, as a user would make it: here what users get, and what compilers make of it, is tested.
if(HALLMARK_SANITIZERS OR HALLMARK_MEMCHECK OR CMAKE_CROSSCOMPILING OR CMAKE_SIZEOF_VOID_P EQUAL 4)
  set(HALLMARK_PLAIN FALSE)
else()
  set(HALLMARK_PLAIN TRUE)
endif()
# Where programs run many times slower, tests draw fewer inputs.
if(HALLMARK_SANITIZERS OR HALLMARK_MEMCHECK OR CMAKE_CROSSCOMPILING OR CMAKE_BUILD_TYPE STREQUAL Debug)
  set(HALLMARK_SLOW TRUE)
else()
  set(HALLMARK_SLOW FALSE)
endif()

if(HALLMARK_MEMCHECK)
  find_program(HALLMARK_VALGRIND valgrind REQUIRED)
  # A variable of that name is the launcher of all test programs, whether the build is a cross build or not. A heap has a
  # megabyte; valgrind would take the frame of two for another stack.
  set(CMAKE_CROSSCOMPILING_EMULATOR
      ${HALLMARK_VALGRIND} --quiet --error-exitcode=66 --leak-check=full --errors-for-leak-kinds=definite,indirect
      --max-stackframe=4000000)
endif()

add_library(hallmark_warnings INTERFACE)
target_compile_options(hallmark_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                   $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
                                                   $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
if(HALLMARK_WARNINGS_AS_ERRORS)
  target_compile_options(hallmark_warnings INTERFACE -Werror)
endif()

# Each sanitizers/<name>.cmake sets HALLMARK_<NAME>_FLAGS and HALLMARK_<NAME>_OPTIONS (its runtime options).
set(HALLMARK_SANITIZER_FLAGS "")
set(HALLMARK_SANITIZER_OPTIONS "")
foreach(sanitizer IN LISTS HALLMARK_SANITIZERS)
  if(NOT EXISTS ${PROJECT_SOURCE_DIR}/sanitizers/${sanitizer}.cmake)
    message(FATAL_ERROR "HALLMARK_SANITIZERS: \"${sanitizer}\" is not known; it has no sanitizers/${sanitizer}.cmake")
  endif()
  include(${PROJECT_SOURCE_DIR}/sanitizers/${sanitizer}.cmake)
  string(TOUPPER ${sanitizer} upper)
  list(APPEND HALLMARK_SANITIZER_FLAGS ${HALLMARK_${upper}_FLAGS})
  list(APPEND HALLMARK_SANITIZER_OPTIONS ${HALLMARK_${upper}_OPTIONS})
endforeach()

# What every program that includes the kernel and is not a model is compiled with.
add_library(hallmark_test_flags INTERFACE)
target_link_libraries(hallmark_test_flags INTERFACE hallmark::kernel hallmark_warnings)
target_include_directories(hallmark_test_flags INTERFACE ${PROJECT_SOURCE_DIR})
# Debug builds, and those with AddressSanitizer, check lock ranks and who calls; the others don't.
if(CMAKE_BUILD_TYPE STREQUAL Debug OR "address" IN_LIST HALLMARK_SANITIZERS)
  target_compile_definitions(hallmark_test_flags INTERFACE HALLMARK_CHECKED=1)
endif()
if(HALLMARK_SANITIZERS)
  # A report ends the program: without -fno-sanitize-recover, undefined behaviour is printed and the exit code is 0.
  list(APPEND HALLMARK_SANITIZER_FLAGS -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(hallmark_test_flags INTERFACE ${HALLMARK_SANITIZER_FLAGS})
  target_link_options(hallmark_test_flags INTERFACE ${HALLMARK_SANITIZER_FLAGS})
endif()
# Programs with a backend of their own aren't counted: their kernel isn't the one that ships.
if(HALLMARK_COVERAGE)
  set(own_backend $<FILTER:$<TARGET_PROPERTY:COMPILE_DEFINITIONS>,INCLUDE,HALLMARK_BACKEND>)
  target_compile_options(hallmark_test_flags INTERFACE
                         "$<$<STREQUAL:${own_backend},>:--coverage;-fprofile-update=atomic>")
  add_library(hallmark_coverage_dump OBJECT tests/support/coverage_dump.cpp)
  target_link_libraries(hallmark_test_flags INTERFACE --coverage $<TARGET_OBJECTS:hallmark_coverage_dump>)
endif()

if(HALLMARK_TESTS)
  if(CMAKE_CROSSCOMPILING OR CMAKE_SIZEOF_VOID_P EQUAL 4)
    # Debian's library is for the machine itself; its source is beside it.
    set(BUILD_GMOCK OFF)
    add_subdirectory(/usr/src/googletest ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
  else()
    find_package(GTest REQUIRED)
  endif()
  include(GoogleTest)

  # The headers that nearly every test includes, compiled once. With CMAKE_DISABLE_PRECOMPILE_HEADERS=ON (preset
  # gcc-debug) each file stands alone.
  file(WRITE ${PROJECT_BINARY_DIR}/precompiled.cpp "")
  add_library(hallmark_test_precompiled OBJECT ${PROJECT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(hallmark_test_precompiled PRIVATE hallmark_test_flags GTest::gtest)
  target_precompile_headers(hallmark_test_precompiled PRIVATE <gtest/gtest.h> <algorithm> <array> <atomic> <chrono>
                            <condition_variable> <mutex> <random> <string> <thread> <unordered_map> <vector>)
endif()

# hallmark_test(<name> SOURCES <source>... [LABELS <label>...] [DEFINITIONS <definition>...] [TIMEOUT <seconds>])
#
# A GoogleTest program. Each of its tests is a ctest `<name>.<suite>.<test>` with the labels (default: unit).
function(hallmark_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT" "SOURCES;LABELS;DEFINITIONS")
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_SOURCES)
    message(FATAL_ERROR "hallmark_test(${name}): needs SOURCES; not understood: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  if(HALLMARK_MEMCHECK OR HALLMARK_COVERAGE OR CMAKE_CROSSCOMPILING OR
     (HALLMARK_SANITIZERS AND CMAKE_BUILD_TYPE STREQUAL Debug))
    math(EXPR ARG_TIMEOUT "10 * ${ARG_TIMEOUT}")
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINITIONS})
  target_link_libraries(${name} PRIVATE hallmark_test_flags GTest::gtest GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM hallmark_test_precompiled)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX ${name}.
                       PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()

# hallmark_script_test(<name> <script.cmake> [LABELS <label>...] [ENVIRONMENT <variable>...] [VARIABLES <name=value>...])
#
# A ctest that runs a CMake script with the variables; it fails when the script does.
function(hallmark_script_test name script)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "LABELS;ENVIRONMENT;VARIABLES")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "hallmark_script_test(${name}): not understood: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  list(TRANSFORM ARG_VARIABLES PREPEND -D)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} ${ARG_VARIABLES} -P ${script})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" ENVIRONMENT "${ARG_ENVIRONMENT}" TIMEOUT 120)
endfunction()
