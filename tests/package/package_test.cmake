# The kernel as a user gets it: installed into a fresh prefix, found by find_package, built and run; and again as a
# subdirectory of the user's project. Nothing of our own builds may come with it.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})

execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix OUTPUT_QUIET
                COMMAND_ERROR_IS_FATAL ANY)

file(GLOB_RECURSE installed RELATIVE ${WORK}/prefix ${WORK}/prefix/*)
file(GLOB_RECURSE headers RELATIVE ${ROOT}/kernel ${ROOT}/kernel/*.hpp)
foreach(header IN LISTS headers)
  if(NOT include/${header} IN_LIST installed)
    message(FATAL_ERROR "not installed: ${header}")
  endif()
endforeach()
foreach(file IN LISTS installed)
  if(NOT file MATCHES "^include/hallmark/|/cmake/hallmark/hallmark-[a-z-]+\\.cmake$")
    message(FATAL_ERROR "installed, but not the kernel's: ${file}")
  endif()
  if(file MATCHES "\\.cmake$")
    file(READ ${WORK}/prefix/${file} text)
    foreach(ours IN ITEMS -fsanitize -Wall -Werror HALLMARK_CHECKED hallmark_warnings ${ROOT}/ ${BUILD}/)
      string(FIND "${text}" "${ours}" position)
      if(NOT position EQUAL -1)
        message(FATAL_ERROR "${file} carries ${ours} to the user")
      endif()
    endforeach()
  endif()
endforeach()

execute_process(COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK}/build -G ${GENERATOR}
                        -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_PREFIX_PATH=${WORK}/prefix
                        -DHALLMARK_VERSION=${VERSION} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK}/build/consumer OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
if(NOT text STREQUAL "stolen 1, popped 2\n")
  message(FATAL_ERROR "the consumer printed: ${text}")
endif()

# As a subdirectory: a CMakeLists.txt that says add_subdirectory. It must ask for none of our own needs.
file(COPY_FILE ${CMAKE_CURRENT_LIST_DIR}/consumer/main.cpp ${WORK}/main.cpp)
file(WRITE ${WORK}/CMakeLists.txt "cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
add_subdirectory(${ROOT} hallmark)
if(HALLMARK_TESTS OR HALLMARK_MODELS OR TARGET hallmark_warnings)
  message(FATAL_ERROR \"our own builds are on in a user's project\")
endif()
add_executable(consumer main.cpp)
target_link_libraries(consumer PRIVATE hallmark::kernel)
")
execute_process(COMMAND ${CMAKE_COMMAND} -S ${WORK} -B ${WORK}/sub -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/sub COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK}/sub/consumer COMMAND_ERROR_IS_FATAL ANY)
