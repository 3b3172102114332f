#ifndef TESTS_TORTURE_FAULTS_H
#define TESTS_TORTURE_FAULTS_H

// The faults F1 to F25 of crash-safety: each opens a room, does its worst while clients work, and prints its rows.

void fault_steps(void); // not one of them: every failpoint of the server
void fault_power(void); // nor is this: the checker's own power
void fault_f1(void);
void fault_f2(void);
void fault_f3(void);
void fault_f5(void);
void fault_f6(void);
void fault_f7(void);
void fault_f14(void);
void fault_f15(void);
void fault_f18(void);
void fault_f20(void);
void fault_f23(void);
void fault_f24(void);

#endif
