# A poll that finds no request takes at most four instructions on x86-64, at -O2: a load of the epoch, a test, a branch
# that is not taken, and the return. The calls are behind the branch.
cmake_minimum_required(VERSION 3.25)
file(MAKE_DIRECTORY ${WORK})
execute_process(COMMAND ${COMPILER} -std=c++20 -O2 -DNDEBUG -g0 -fno-asynchronous-unwind-tables -fcf-protection=none
                        -I${ROOT}/kernel -S ${CMAKE_CURRENT_LIST_DIR}/assembly/poll.cpp -o ${WORK}/poll.s
                COMMAND_ERROR_IS_FATAL ANY)

# The instructions of a function up to the first return.
function(instructions_of function out)
  file(STRINGS ${WORK}/poll.s lines)
  set(inside FALSE)
  set(found "")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "[ \t]*#.*$" "" line "${line}")
    if(line MATCHES "^${function}:")
      set(inside TRUE)
    elseif(inside AND line MATCHES "^[ \t]+[a-z]")
      string(REGEX REPLACE "[ \t]+" " " line "${line}")
      string(STRIP "${line}" line)
      list(APPEND found "${line}")
      if(line MATCHES "^ret")
        break()
      endif()
    endif()
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

function(is_load_and_branch function out)
  instructions_of(${function} found)
  list(LENGTH found count)
  set(${out} TRUE PARENT_SCOPE)
  if(count GREATER 4 OR NOT found MATCHES "\\(%rdi\\)" OR NOT found MATCHES "j[a-z]+ " OR
     found MATCHES "call|lock|xchg|fence")
    set(${out} FALSE PARENT_SCOPE)
  endif()
endfunction()

is_load_and_branch(poll_once good)
if(NOT good)
  instructions_of(poll_once found)
  list(JOIN found "\n  " found)
  message(FATAL_ERROR "a poll is more than a load and a branch:\n  ${found}")
endif()
is_load_and_branch(enter_foreign_once good)
if(good)
  message(FATAL_ERROR "this script takes a call for a load and a branch")
endif()
