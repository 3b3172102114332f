#ifndef DEMO_FIGURES_H
#define DEMO_FIGURES_H

#include "demo/lines.h"

// figures_write writes the figures that the sources print, as an authority of the demonstration published them: those
// that its reports agree with, those that differ, and those that nothing computes, each with its reason.
void figures_write(struct calls *c, int authority);

#endif
