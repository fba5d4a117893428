// Subscribers without a fax: a voice, a silent line, somebody who hangs up at once.

#include "special.h"

#include <stdlib.h>
#include <string.h>

#include "call.h"

typedef struct {
    endpoint_t endpoint;
    // Speaks, else is silent.
    bool speaks;
    // Negative: stays until the caller hangs up.
    double hangs_up_after_ms;
    int answer_after_rings;
    int rings;
    int64_t connected_at;
    awgn_state_t voice;
    int16_t last;
} special_t;

static special_t *of(endpoint_t *endpoint) {
    return (special_t *)endpoint;
}

static bool can_be_rung(endpoint_t *endpoint) {
    (void)endpoint;
    return true;
}

static void ring(endpoint_t *endpoint, const char *caller) {
    (void)caller;
    if (++of(endpoint)->rings == of(endpoint)->answer_after_rings) call_answer(endpoint->call);
}

static void connected(endpoint_t *endpoint, bool calling) {
    (void)calling;
    of(endpoint)->connected_at = exchange.now;
}

static void failed(endpoint_t *endpoint, call_failure_t failure) {
    (void)endpoint;
    (void)failure;
}

static void released(endpoint_t *endpoint) {
    (void)endpoint;
}

// Bursts like syllables (200 ms of 300), words of five of them: low noise, whose spectrum falls towards the tones.
static void transmit(endpoint_t *endpoint, int16_t block[BLOCK]) {
    special_t *special = of(endpoint);
    const int64_t ms = (exchange.now - special->connected_at) / SAMPLES_PER_MS;
    const bool speaking = special->speaks && ms % 2500 < 1500 && ms % 300 < 200;
    for (int i = 0; i < BLOCK; i++) {
        special->last = (int16_t)(speaking ? (special->last * 7 + awgn(&special->voice)) / 8 : 0);
        block[i] = special->last;
    }
}

static void receive(endpoint_t *endpoint, int16_t block[BLOCK]) {
    (void)endpoint;
    (void)block;
}

static void step(endpoint_t *endpoint) {
    special_t *special = of(endpoint);
    if (endpoint->call == NULL) {
        special->rings = 0;
        return;
    }
    const double lasted_ms = (double)(exchange.now - special->connected_at) / SAMPLES_PER_MS;
    if (special->hangs_up_after_ms < 0 || !call_is_connected(endpoint->call)) return;
    if (lasted_ms >= special->hangs_up_after_ms) call_hang_up(endpoint->call, endpoint, "hung up");
}

static bool no(endpoint_t *endpoint) {
    (void)endpoint;
    return false;
}

static void destroy(endpoint_t *endpoint) {
    free(endpoint);
}

static const endpoint_kind_t SPECIAL = {
    .kind = "special",
    .can_be_rung = can_be_rung,
    .ring = ring,
    .connected = connected,
    .failed = failed,
    .released = released,
    .transmit = transmit,
    .receive = receive,
    .step = step,
    .host_has_to_act = no,
    .wants_real_time = no,
    .destroy = destroy,
};

endpoint_t *special_create(const json_object_t *command, const char **error) {
    const char *kind = json_text(command, "kind", "voice");
    special_t *special = calloc(1, sizeof(*special));
    if (special == NULL) {
        *error = "no memory";
        return NULL;
    }
    special->endpoint.kind = &SPECIAL;
    normalise_number(special->endpoint.number, json_text(command, "number", ""));
    special->answer_after_rings = (int)json_number(command, "answerAfterRings", 1);
    special->hangs_up_after_ms = json_number(command, "hangsUpAfterMs", -1);
    awgn_init_dbm0(&special->voice, 4711, -10.0f);
    if (strcmp(kind, "voice") == 0) special->speaks = true;
    else if (strcmp(kind, "busy") == 0) special->endpoint.line = LINE_BUSY;
    else if (strcmp(kind, "noAnswer") == 0) special->endpoint.line = LINE_NO_ANSWER;
    else if (strcmp(kind, "silent") != 0) *error = "kind must be voice, silent, busy or noAnswer";
    if (*error == NULL) return &special->endpoint;
    free(special);
    return NULL;
}
