# ThreadSanitizer needs the kernel to place memory where it expects it. With more than 28 bits of randomness
# (vm.mmap_rnd_bits) some runtimes stop at start, now and then, before the program's first line: that says nothing
# about the program, and must not look as if it did.

# Fails with the reason and the remedy when `text`, a program's output, says that ThreadSanitizer could not start.
function(hallmark_explain_environment text)
  if(NOT text MATCHES "ThreadSanitizer: unexpected memory mapping")
    return()
  endif()
  set(bits "not readable")
  if(EXISTS /proc/sys/vm/mmap_rnd_bits)
    execute_process(COMMAND cat /proc/sys/vm/mmap_rnd_bits OUTPUT_VARIABLE bits ERROR_QUIET
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
  message(FATAL_ERROR "ThreadSanitizer can't start in this environment (nothing was tested): unexpected memory mapping.
vm.mmap_rnd_bits is ${bits}; above 28 is too much for it.
To do: `sysctl -w vm.mmap_rnd_bits=28` as root, or run under `setarch --addr-no-randomize`.
The program said:\n${text}")
endfunction()

# Fails unless PROGRAM starts, `times` times.
function(hallmark_check_starts program times)
  foreach(i RANGE 1 ${times})
    execute_process(COMMAND ${program} RESULT_VARIABLE result OUTPUT_VARIABLE text ERROR_VARIABLE text)
    hallmark_explain_environment("${text}")
    if(NOT result EQUAL 0)
      message(FATAL_ERROR "a program that does nothing failed under the sanitizers (exit code ${result}):\n${text}")
    endif()
  endforeach()
endfunction()
