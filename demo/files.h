#ifndef DEMO_FILES_H
#define DEMO_FILES_H

#include "demo/model.h"

#include <stdio.h>

// The demonstration's files, in the formats of the real ones. Each function writes one to an open stream; the caller
// looks at ferror.

// files_authorities writes code, tab and name of each authority.
void files_authorities(FILE *to);

// files_schools writes an edition of the register in the 33 columns of GIAS's extract of state-funded schools:
// Windows-1252, CRLF, and no newline at the end. authority is an index, or -1 for all.
void files_schools(FILE *to, const struct model *m, int edition, int authority);

// files_links writes the predecessors and successors, as GIAS does: each link from both sides.
void files_links(FILE *to, const struct model *m);

// files_inspections writes an edition of Ofsted's management information in the 70 columns of 2020: for each school the
// latest and the previous full inspection.
void files_inspections(FILE *to, const struct model *m, int edition, int authority);

// text_1252 writes UTF-8 text as Windows-1252; what that cannot hold becomes "?".
void text_1252(FILE *to, const char *text);

#endif
