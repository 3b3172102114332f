#ifndef CLIENT_CELL_H
#define CLIENT_CELL_H

#include "common/docs.h"
#include "common/strbuf.h"

#include <stdio.h>

// The text of one value, and text made safe for a terminal.

enum cell_style {
    CELL_MACHINE, // as in the message: ISO dates, pence, plain numbers
    CELL_PEOPLE,  // 13 Jan 2026, £1,250.50, 87.5%, Yes and No
};

// cell_write appends a field's value; nothing when it is not set. Lists of plain values are parted by ", " for people,
// and JSON otherwise.
void cell_write(struct strbuf *to, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
    const struct docs_marks *marks, enum cell_style style);

// cell_heading writes a field's name as a heading: school_urn → School URN.
void cell_heading(const char *name, char *to, size_t size);

// cell_is_number tells whether the field's values are numbers, which stand to the right in a table.
bool cell_is_number(const ProtobufCFieldDescriptor *field);

// cell_clean appends n bytes of text with what could steer a terminal (control characters, C1 ones included, and bytes
// that are not UTF-8) replaced by U+FFFD. keep holds the control characters to leave as they are, such as "\n".
void cell_clean(struct strbuf *to, const char *text, size_t n, const char *keep);

// cell_print writes text to a stream, cleaned; line ends and tabs are kept.
void cell_print(FILE *out, const char *text);

#endif
