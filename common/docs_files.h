#ifndef COMMON_DOCS_FILES_H
#define COMMON_DOCS_FILES_H

#include "google/protobuf/descriptor.pb-c.h"

#include <stddef.h>

// The files of the embedded FileDescriptorSet, each unpacked when something in it is asked for: a program's run looks
// at one or two of them, and all together take longer to unpack than a call takes.

// docs_file gives the file that declares a thing, by the thing's full name ("improve.v1.Cpd",
// "improve.v1.Course.Kind"), with the texts of its comments trimmed. NULL when none does. It lives until
// docs_files_clear. Not for several threads at once.
const Google__Protobuf__FileDescriptorProto *docs_file(const char *full_name);

// docs_files_clear frees all files that were unpacked.
void docs_files_clear(void);

#endif
