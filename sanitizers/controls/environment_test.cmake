# A program that says what ThreadSanitizer says when it can't start: control_test.cmake must name the environment as
# the reason, whichever twin is run.
cmake_minimum_required(VERSION 3.25)
file(MAKE_DIRECTORY ${WORK})
file(WRITE ${WORK}/cannot_start "#!/bin/sh
echo 'FATAL: ThreadSanitizer: unexpected memory mapping 0x5c0f0f4f8000-0x5c0f0f4f9000' >&2
exit 66
")
file(CHMOD ${WORK}/cannot_start PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
foreach(which IN ITEMS broken correct)
  execute_process(COMMAND ${CMAKE_COMMAND} -DCONTROL=${WORK}/cannot_start -DWHICH=${which} -DEND=66 -DREPORT=ThreadSanitizer
                          -P ${CMAKE_CURRENT_LIST_DIR}/control_test.cmake
                  RESULT_VARIABLE result ERROR_VARIABLE text)
  if(result EQUAL 0 OR NOT text MATCHES "can't start in this environment")
    message(FATAL_ERROR "${which}: exit code ${result}, and the environment is not named:\n${text}")
  endif()
endforeach()
