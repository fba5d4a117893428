// A call: dialling, ringing, two ends whose audio is crossed over, and what a test wants to happen to it.

#ifndef EXCHANGE_CALL_H
#define EXCHANGE_CALL_H

#include "exchange.h"

// Places a call. The endpoint must not have one. How it goes on is told through the endpoints' kinds.
call_t *call_place(endpoint_t *from, const char *dialled);
void call_answer(call_t *call);
// `by` hangs up (or gives up ringing). Its `call` is NULL afterwards; the far end is told.
void call_hang_up(call_t *call, endpoint_t *by, const char *reason);
// The line itself goes down.
void call_release(call_t *call, const char *reason);

bool call_is_ringing(const call_t *call);
bool call_is_connected(const call_t *call);
bool call_ended(const call_t *call);

// One block of modelled time.
void call_step(call_t *call);
call_t *call_next(const call_t *call);
void call_destroy(call_t *call);

// What `endpoint` was heard (or, for `sent`, was made) to say in T.30; feeds the page counter and the triggers.
void call_frame_sent(call_t *call, endpoint_t *endpoint, const uint8_t *frame, int length);

// For pacing: modelled ms since there was a signal in either direction, 0 while there is one or nothing is connected.
double call_quiet_ms(const call_t *call);

// True when one of the ends is a modem that a host drives.
bool call_has_host(const call_t *call);

// White noise on both directions from now on; none when NAN.
void call_set_noise(call_t *call, double dbm0);

#endif
