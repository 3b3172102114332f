#ifndef CLIENT_EXPORT_PDF_H
#define CLIENT_EXPORT_PDF_H

#include <stdbool.h>

// pdf_write makes a PDF of a page (HTML, from where a descriptor stands) by WeasyPrint: tagged, as PDF/UA asks, so that
// it is read aloud well. False, said on stderr, when it cannot be run or makes none.
bool pdf_write(int page, const char *to);

#endif
