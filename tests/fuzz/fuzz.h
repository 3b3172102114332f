#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "common/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What the fuzzers share. libFuzzer calls the first four; a target defines LLVMFuzzerTestOneInput and what it needs of
// the others.
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most); // libFuzzer's

enum { FUZZ_CALL_MEMORY = 4 * 1024 * 1024 }; // what the server gives a call

// fuzz_must ends the process, so that libFuzzer keeps the input, when something that always holds does not.
void fuzz_must(bool holds, const char *what);

// fuzz_type_count is the number of message types there are to fuzz: requests and replies of every method. fuzz_type
// gives the i-th: even numbers are requests.
size_t fuzz_type_count(void);
const ProtobufCMessageDescriptor *fuzz_type(size_t i);

// fuzz_sample makes a message with every field set (of a oneof: its last), two elements where it is repeated, in the
// arena.
ProtobufCMessage *fuzz_sample(const ProtobufCMessageDescriptor *type, struct arena *arena);

#endif
