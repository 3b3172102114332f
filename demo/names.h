#ifndef DEMO_NAMES_H
#define DEMO_NAMES_H

#include "demo/random.h"

#include <stddef.h>

enum { PLACES = 1056, PEOPLE = 480 };

// place_order fills order with an order of all place names, each once: place_write(order[i]) writes one. person_write
// does so for people. The parts are common; that a made-up name is also a real village's somewhere cannot be ruled out,
// so codes and URNs tell them apart.
void place_order(struct random *r, int order[PLACES]);
void place_write(int place, char *to, size_t size);
void person_write(int person, char *to, size_t size);

// saint_name gives a saint for a church school.
const char *saint_name(int n);

#endif
