#ifndef COMMON_HARDEN_H
#define COMMON_HARDEN_H

// harden_process makes the process leave no core file and closes its memory to debuggers of the same user: it holds
// tokens and keys. First thing in main.
void harden_process(void);

#endif
