#ifndef DEMO_FUNDS_H
#define DEMO_FUNDS_H

#include "demo/lines.h"

// Funds as the sources tell them: Eastmarch's two rounds of bids (S0), of which six and three are counted and only the
// sum is known; Lenborough's reserve, matched one to one by its council (S2). Each writes the lines of one authority.

void funds_write_organisations(struct calls *c, int authority);
void funds_write_funds(struct calls *c, int authority);
void funds_write_rounds(struct calls *c, int authority);
void funds_write_bids(struct calls *c, int authority);
void funds_write_submitted(struct calls *c, int authority);
void funds_write_decided(struct calls *c, int authority);
void funds_write_awarded(struct calls *c, int authority);

void funds_write_reserves(struct calls *c, int authority);
void funds_write_balances(struct calls *c, int authority);
void funds_write_contributions(struct calls *c, int authority);
void funds_write_matches(struct calls *c, int authority);
void funds_write_agreed(struct calls *c, int authority);
void funds_write_papers(struct calls *c, int authority);
void funds_write_recommendations(struct calls *c, int authority);
void funds_write_decisions(struct calls *c, int authority);

#endif
