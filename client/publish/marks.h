#ifndef CLIENT_PUBLISH_MARKS_H
#define CLIENT_PUBLISH_MARKS_H

#include "common/catalog.h"

#include <stdbool.h>
#include <stddef.h>

// What a report's comment says of its publication, as "Chart:" says what is drawn. A report without a line "Publish:"
// cannot be published. The line has statements, parted by semicolons; names are columns:
//
//   counts a b         counts: small ones are hidden
//   open a b           counts that anybody can look up, such as those of GIAS: shown whatever they are
//   a = b + c - d      holds in each row; "+ rest": what is left over is no column, and can be worked out all the same
//   total a b          the row whose a is "Total" sums the rows that are alike in b, and the other way round
//   total a as WORDS   the same, where that row is called otherwise
//   except WORDS       a row that the total does not sum
//   within a           rows alike in a are summed apart
//   p of a b           p, such as a percentage, is computed from a and b, and hidden with any of them ("all": of any)
//   beside R by a as b  what an equation leaves over is b of the report named R, in the row alike in a: who has both
//   tables
//                      before them knows it, so both are decided together, and hide alike whichever is printed
//   shown a            a number that is no count of the row, such as a price, or a base that all rows have alike
//
// Each column of numbers has to be in one of them: a test holds reports to that.

enum { MARKS_COLUMNS = 32, MARKS_EQUATIONS = 8, MARKS_DIMENSIONS = 3, MARKS_WORDS = 64 };

enum mark_kind { MARK_LABEL, MARK_COUNT, MARK_OPEN, MARK_DERIVED, MARK_SHOWN };

struct marks_equation {
    int sign[MARKS_COLUMNS]; // of each column: 1, -1 or 0
    bool rest;
};

struct marks {
    const ProtobufCMessageDescriptor *row;
    enum mark_kind kind[MARKS_COLUMNS];
    bool from[MARKS_COLUMNS][MARKS_COLUMNS]; // of a derived column: the columns it is computed from
    bool from_all[MARKS_COLUMNS];
    struct marks_equation equation[MARKS_EQUATIONS];
    size_t n_equations;
    unsigned dimension[MARKS_DIMENSIONS];
    size_t n_dimensions;
    bool within[MARKS_COLUMNS];
    char beside[MARKS_WORDS], beside_column[MARKS_WORDS]; // "" for none
    unsigned beside_by;
    char total[MARKS_WORDS], except[MARKS_WORDS]; // except: "" for none
    char why[160];                                // what is wrong with the line, for marks_read's caller
};

// marks_line is the line of a method's comment, or NULL when it is not to be published.
const char *marks_line(const struct catalog_method *method);

// marks_read reads the line. False, and why filled, when it does not fit the method's answer.
bool marks_read(struct marks *m, const struct catalog_method *method);

#endif
