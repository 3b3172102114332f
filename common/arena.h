#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

// struct arena gives memory that is released all at once, up to a budget: what one call may use.
// Not thread-safe: one owner at a time.
struct arena_block;
struct arena {
    struct arena_block *blocks;   // owned, newest first
    size_t used;                  // bytes taken from the system
    size_t budget;                // most bytes it may take
    bool exhausted;               // an allocation was refused for the budget's or the system's sake
    ProtobufCAllocator allocator; // gives from this arena; its free does nothing
};

// arena_init makes an empty arena that may take at most budget bytes. arena_release ends it.
void arena_init(struct arena *a, size_t budget);

// arena_alloc gives size bytes, aligned for any type and not cleared; NULL, and a->exhausted set, when the budget is
// spent.
void *arena_alloc(struct arena *a, size_t size);

// arena_calloc is arena_alloc with the bytes cleared.
void *arena_calloc(struct arena *a, size_t size);

// arena_strndup copies n bytes of text and ends them with NUL; NULL as arena_alloc.
char *arena_strndup(struct arena *a, const char *text, size_t n);

// arena_printf formats into the arena; NULL as arena_alloc.
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

// arena_release frees all that the arena gave. The arena may then be used again.
void arena_release(struct arena *a);

#endif
