# Runs COMMAND (a list) and fails unless it exits with EXIT and its output matches TEXT (a regular expression).
execute_process(COMMAND ${COMMAND} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE exit)
if(NOT "${exit}" STREQUAL "${EXIT}")
  message(FATAL_ERROR "exit code ${exit}, expected ${EXIT}\n${output}")
endif()
if(NOT "${output}" MATCHES "${TEXT}")
  message(FATAL_ERROR "the output doesn't match \"${TEXT}\":\n${output}")
endif()
