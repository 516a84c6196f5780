# hallmark_rejected_tests(<prefix> <folder>)
#
# One ctest for each source in the folder: a mistake that must not compile, for the right reason, and beside it the
# same lines done right, which must. rejected_test.cmake says what such a source looks like.
set(HALLMARK_REJECTED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/rejected_test.cmake)
function(hallmark_rejected_tests prefix folder)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  if(NOT sources)
    message(FATAL_ERROR "no sources in ${folder}")
  endif()
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM stem)
    hallmark_script_test(${prefix}.rejects.${stem} ${HALLMARK_REJECTED_SCRIPT}
                         VARIABLES COMPILER=${CMAKE_CXX_COMPILER} ROOT=${PROJECT_SOURCE_DIR} SOURCE=${source})
  endforeach()
endfunction()
