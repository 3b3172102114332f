#ifndef CLIENT_PROMPT_H
#define CLIENT_PROMPT_H

#include <stdbool.h>

enum { PROMPT_MAX = 512 };

// prompt_secret asks on the terminal, without showing what is typed. False when there is no terminal, or its end came.
bool prompt_secret(const char *question, char to[PROMPT_MAX]);

// prompt_line reads one line of standard input, without its end. False at the end of input.
bool prompt_line(char to[PROMPT_MAX]);

#endif
