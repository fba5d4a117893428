// The exchange as its parts see it: modelled time, the number plan, calls, and what an endpoint must be able to do.

#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#define SPANDSP_EXPOSE_INTERNAL_STRUCTURES
#include <spandsp.h>
#include <spandsp/expose.h>

#include <stdbool.h>
#include <stdint.h>

#include "json.h"

// Audio runs at 8 kHz in blocks of 20 ms.
enum { SAMPLES_PER_MS = 8, BLOCK = 160, BLOCK_MS = 20, MAX_NUMBER = 64, MAX_MODEMS = 64 };

typedef struct endpoint endpoint_t;
typedef struct call call_t;

typedef enum { FAILED_BUSY, FAILED_NO_ANSWER, FAILED_NO_DIAL_TONE, FAILED_UNKNOWN_NUMBER } call_failure_t;

// What is wrong with a line, by the choice of the test.
typedef enum { LINE_NORMAL, LINE_BUSY, LINE_NO_ANSWER, LINE_NO_DIAL_TONE } line_state_t;

// An endpoint has one call at most; `call` says which.
typedef struct {
    const char *kind;
    // A program outside decides what it does.
    bool has_host;
    bool (*can_be_rung)(endpoint_t *);
    void (*ring)(endpoint_t *, const char *caller);
    void (*connected)(endpoint_t *, bool calling);
    // The call that this endpoint placed came to nothing. Its `call` is NULL by now.
    void (*failed)(endpoint_t *, call_failure_t);
    // The far end or a cut ended the call. Its `call` is NULL by now.
    void (*released)(endpoint_t *);
    // Each block of a connected call: what goes onto the line, then what came from it.
    void (*transmit)(endpoint_t *, int16_t block[BLOCK]);
    void (*receive)(endpoint_t *, int16_t block[BLOCK]);
    // Each block, in or out of a call, before the others.
    void (*step)(endpoint_t *);
    // True while its host has to act, so that modelled time should wait.
    bool (*host_has_to_act)(endpoint_t *);
    // True while modelled time should not run faster than its host.
    bool (*wants_real_time)(endpoint_t *);
    void (*destroy)(endpoint_t *);
} endpoint_kind_t;

struct endpoint {
    const endpoint_kind_t *kind;
    char number[MAX_NUMBER];
    line_state_t line;
    // Busy for others although it has no call.
    bool off_hook;
    call_t *call;
    endpoint_t *next;
};

typedef struct {
    // Modelled time in samples since the start.
    int64_t now;
    bool fast;
    // How much faster than real time modelled time may run ahead.
    double speed;
    // How long (real time) modelled time waits for a host whose turn it is.
    int host_turn_ms;
    // White noise of new calls in dBm0; none when NAN.
    double noise_dbm0;
    // What the lines leave of a signal's amplitude.
    double gain;
    // A call that lasts longer, or is silent for longer, is ended (modelled time).
    int max_call_ms;
    int max_silence_ms;
    int ring_ms;
    endpoint_t *endpoints;
    call_t *calls;
} exchange_t;

extern exchange_t exchange;

double now_ms(void);
// Monotonic real time.
double real_ms(void);

// An event that names an endpoint.
void begin_endpoint_event(const char *name, const endpoint_t *endpoint);

// Digits, `*` and `#` alone, as they are compared in the number plan.
void normalise_number(char into[MAX_NUMBER], const char *number);
endpoint_t *find_endpoint(const char *number);
void add_endpoint(endpoint_t *endpoint);

#endif
