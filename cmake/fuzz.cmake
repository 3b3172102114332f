# The fuzzers (preset fuzz, clang): everything is compiled for libFuzzer's coverage and under the address and
# undefined-behaviour sanitizers, and each tests/fuzz/*_fuzz.c is linked with libFuzzer.
if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "IMPROVE_FUZZ needs clang: cmake --preset fuzz")
endif()
set(FUZZ_SANITIZERS address,undefined)
add_compile_options(-fsanitize=fuzzer-no-link,${FUZZ_SANITIZERS} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
add_link_options(-fsanitize=${FUZZ_SANITIZERS})

# add_fuzzer makes bin/fuzz_NAME of tests/fuzz/NAME_fuzz.c and the libraries and sources given.
function(add_fuzzer name)
  add_executable(fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/${name}_fuzz.c ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz.c)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer -Wl,--allow-multiple-definition) # a seam stands before the library
  target_link_libraries(fuzz_${name} PRIVATE ${ARGN} improve_own)
endfunction()

# add_fuzzers is called once the libraries are there.
function(add_fuzzers)
  add_fuzzer(wire server_core)
  add_fuzzer(peer server_core)
  add_fuzzer(json common)
  add_fuzzer(csv client_core)
  add_fuzzer(values client_core)
  add_executable(fuzz-corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/make_corpus.c ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz.c)
  target_link_libraries(fuzz-corpus PRIVATE common improve_own)
endfunction()
