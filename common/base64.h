#ifndef COMMON_BASE64_H
#define COMMON_BASE64_H

#include "common/strbuf.h"

#include <stdint.h>

// base64_write appends size bytes as base64 with padding (RFC 4648).
void base64_write(struct strbuf *to, const uint8_t *bytes, size_t size);

// base64_read_size is the most bytes that n characters of base64 can hold.
size_t base64_read_size(size_t n);

// base64_read decodes n characters into bytes (base64_read_size of room); line breaks are passed over, as PostgreSQL
// writes them. False when the text is not base64.
bool base64_read(uint8_t *bytes, size_t *size, const char *text, size_t n);

#endif
