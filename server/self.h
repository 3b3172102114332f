#ifndef SERVER_SELF_H
#define SERVER_SELF_H

// The program itself, as a file: to start another of its kind, or to make this process anew.

// self_find notes where the program is. Before anything hides it (a process that may not be dumped cannot ask) and
// before threads start.
void self_find(void);

// self_path is where it is; "" when that could not be found out. After an upgrade the file there is the new program.
const char *self_path(void);

#endif
