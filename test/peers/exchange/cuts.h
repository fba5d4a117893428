// What a test wants to happen to a call at a given point of it: a silent line, noise, a released line.

#ifndef EXCHANGE_CUTS_H
#define EXCHANGE_CUTS_H

#include "exchange.h"

// A point in a call.
typedef enum { POINT_ANSWERED, POINT_FRAME, POINT_PAGE_DATA, POINT_RINGING } cut_point_t;

typedef enum { CUT_SILENCE, CUT_NOISE, CUT_RELEASE } cut_action_t;

typedef struct {
    cut_action_t action;
    double for_ms;
    double noise_dbm0;
} cut_t;

// Keeps what the command asks for until its point comes; an error text, or NULL.
const char *cuts_add(const json_object_t *command);

// Tells that a point of a call between these two numbers was reached: which frame (its name) or which page.
void cuts_reached(const endpoint_t *from, const endpoint_t *to, cut_point_t point, const char *frame, int page);

// True while a cut of this call is due; then it is taken off the list.
bool cuts_take_due(const endpoint_t *from, const endpoint_t *to, cut_t *cut);

// Whatever still waits for a point of this call has lost its chance.
void cuts_call_ended(const endpoint_t *from, const endpoint_t *to);

#endif
