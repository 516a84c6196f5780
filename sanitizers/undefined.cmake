# UndefinedBehaviorSanitizer: arithmetic, shifts, alignment, null and the like.
set(HALLMARK_UNDEFINED_FLAGS -fsanitize=undefined)
set(HALLMARK_UNDEFINED_OPTIONS UBSAN_OPTIONS=exitcode=66:halt_on_error=1:abort_on_error=0:print_stacktrace=1)
