#ifndef COMMON_LOG_H
#define COMMON_LOG_H

// Log lines on stderr, one a line: "<priority>text" for journald when it reads them, with a time otherwise.
// Thread-safe. Nothing that came from a caller is logged but names of methods, ids and sizes; tokens never.

enum log_level { LOG_ERROR = 3, LOG_WARNING = 4, LOG_INFO = 6, LOG_DEBUG = 7 };

// log_set_level drops lines less urgent than level. Call before threads start.
void log_set_level(enum log_level level);

// log_line writes one line; control characters in it are replaced.
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
