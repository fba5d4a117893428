// A call: dialling, ringing, two ends whose audio is crossed over, and what a test wants to happen to it.

#include "call.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cuts.h"

// A digit takes a tenth of a second, a comma two seconds, and the network a moment.
enum { DIGIT_MS = 100, COMMA_MS = 2000, NETWORK_MS = 300 };

// A caller without a host (and without an S7) rings no longer than this.
enum { PATIENCE_MS = 120000 };

// So long a run of zero samples is the end of a signal (8 ms), not a zero crossing.
enum { SILENT_RUN = 64 };

typedef enum { CALL_DIALLING, CALL_RINGING, CALL_CONNECTED, CALL_ENDED } call_state_t;

struct call {
    int id;
    call_state_t state;
    // [0] placed the call, [1] was called (NULL until found, or when the number is unknown).
    endpoint_t *ends[2];
    char dialled[MAX_NUMBER];
    char numbers[2][MAX_NUMBER];
    int64_t placed_at;
    int64_t resolve_at;
    int64_t next_ring_at;
    int64_t answered_at;
    int64_t silent_until;
    bool noisy;
    double noise_until_ms;
    awgn_state_t noise[2];
    double lasting_noise_dbm0;
    bool signal[2];
    int zeros[2];
    int64_t quiet_since;
    // What T.30 has come to.
    int pages_done;
    bool page_follows;
    bool page_ends;
    int page_sender;
    bool page_data_expected;
    int fast_frames;
    call_t *next;
};

static int next_call_id = 1;

static void begin_call_event(const char *name, const call_t *call) {
    event_begin(name, now_ms());
    event_number("call", call->id);
}

static int end_of(const call_t *call, const endpoint_t *endpoint) {
    return call->ends[1] == endpoint ? 1 : 0;
}

call_t *call_place(endpoint_t *from, const char *dialled) {
    call_t *call = calloc(1, sizeof(*call));
    if (call == NULL) return NULL;
    call->id = next_call_id++;
    call->ends[0] = from;
    memcpy(call->numbers[0], from->number, MAX_NUMBER);
    normalise_number(call->dialled, dialled);
    memcpy(call->numbers[1], call->dialled, MAX_NUMBER);
    int dialling_ms = NETWORK_MS;
    for (const char *at = dialled; *at != '\0'; at++) dialling_ms += *at == ',' ? COMMA_MS : DIGIT_MS;
    call->placed_at = exchange.now;
    call->resolve_at = exchange.now + (int64_t)dialling_ms * SAMPLES_PER_MS;
    call->noise_until_ms = -1;
    from->call = call;
    call->next = exchange.calls;
    exchange.calls = call;
    call_set_noise(call, exchange.noise_dbm0);
    begin_call_event("callPlaced", call);
    event_text("from", from->number);
    event_text("to", call->dialled);
    event_end();
    return call;
}

static void start_noise(call_t *call, double dbm0) {
    call->noisy = !isnan(dbm0);
    if (!call->noisy) return;
    // The seeds are fixed, so that a run can be repeated.
    awgn_init_dbm0(&call->noise[0], 1234567 + call->id, (float)dbm0);
    awgn_init_dbm0(&call->noise[1], 7654321 + call->id, (float)dbm0);
}

bool call_has_host(const call_t *call) {
    for (int i = 0; i < 2; i++) {
        if (call->ends[i] != NULL && call->ends[i]->kind->has_host) return true;
    }
    return false;
}

void call_set_noise(call_t *call, double dbm0) {
    call->lasting_noise_dbm0 = dbm0;
    start_noise(call, dbm0);
}

// From here on the ends have no call; what they still have to tell comes before `released`, the call's last event.
static void detach(call_t *call) {
    cuts_call_ended(call->ends[0], call->ends[1]);
    for (int i = 0; i < 2; i++) {
        if (call->ends[i] != NULL && call->ends[i]->call == call) call->ends[i]->call = NULL;
    }
}

static void tell_released(call_t *call, bool answered, const char *by, const char *reason) {
    begin_call_event("released", call);
    event_text("from", call->numbers[0]);
    event_text("to", call->numbers[1]);
    event_text("by", by);
    event_text("reason", reason);
    event_flag("answered", answered);
    if (answered) event_number("durationMs", (double)(exchange.now - call->answered_at) / SAMPLES_PER_MS);
    event_end();
}

// Tells both ends but `by`, which knows; NULL is the exchange.
static void end_call(call_t *call, const endpoint_t *by, const char *reason) {
    if (call->state == CALL_ENDED) return;
    const bool answered = call->state == CALL_CONNECTED;
    call->state = CALL_ENDED;
    detach(call);
    for (int i = 0; i < 2; i++) {
        endpoint_t *end = call->ends[i];
        if (end != NULL && end != by) end->kind->released(end);
    }
    tell_released(call, answered, by == NULL ? "exchange" : by->number, reason);
}

void call_hang_up(call_t *call, endpoint_t *by, const char *reason) {
    end_call(call, by, reason);
}

void call_release(call_t *call, const char *reason) {
    end_call(call, NULL, reason);
}

static void fail(call_t *call, call_failure_t failure, const char *reason) {
    call->state = CALL_ENDED;
    detach(call);
    call->ends[0]->kind->failed(call->ends[0], failure);
    tell_released(call, false, "exchange", reason);
}

static void resolve(call_t *call) {
    if (call->ends[0]->line == LINE_NO_DIAL_TONE) {
        fail(call, FAILED_NO_DIAL_TONE, "no dial tone");
        return;
    }
    endpoint_t *to = find_endpoint(call->dialled);
    if (to == NULL) {
        fail(call, FAILED_UNKNOWN_NUMBER, "unknown number");
    } else if (to->call != NULL || to->off_hook || to->line == LINE_BUSY) {
        fail(call, FAILED_BUSY, "busy");
    } else {
        call->ends[1] = to;
        to->call = call;
        call->state = CALL_RINGING;
        call->next_ring_at = exchange.now;
        cuts_reached(call->ends[0], call->ends[1], POINT_RINGING, "", 0);
    }
}

static void ring(call_t *call) {
    endpoint_t *to = call->ends[1];
    if (exchange.now - call->resolve_at > (int64_t)PATIENCE_MS * SAMPLES_PER_MS && !call->ends[0]->kind->has_host) {
        fail(call, FAILED_NO_ANSWER, "not answered");
        return;
    }
    call->next_ring_at += (int64_t)exchange.ring_ms * SAMPLES_PER_MS;
    begin_call_event("ring", call);
    event_text("to", to->number);
    event_end();
    if (to->line == LINE_NORMAL && to->kind->can_be_rung(to)) to->kind->ring(to, call->numbers[0]);
}

void call_answer(call_t *call) {
    if (call->state != CALL_RINGING) return;
    call->state = CALL_CONNECTED;
    call->answered_at = exchange.now;
    call->quiet_since = exchange.now;
    begin_call_event("answered", call);
    event_text("from", call->numbers[0]);
    event_text("to", call->numbers[1]);
    event_end();
    cuts_reached(call->ends[0], call->ends[1], POINT_ANSWERED, "", 0);
    endpoint_t *ends[2] = {call->ends[0], call->ends[1]};
    ends[1]->kind->connected(ends[1], false);
    if (ends[0]->call == call) ends[0]->kind->connected(ends[0], true);
}

static void page_data_began(call_t *call) {
    call->page_data_expected = false;
    begin_call_event("pageData", call);
    event_number("page", call->pages_done + 1);
    event_end();
    cuts_reached(call->ends[0], call->ends[1], POINT_PAGE_DATA, "", call->pages_done + 1);
}

static void signal_event(call_t *call, int end, bool on, int sample) {
    call->signal[end] = on;
    event_begin("signal", (double)(exchange.now + sample) / SAMPLES_PER_MS);
    event_number("call", call->id);
    event_text("number", call->numbers[end]);
    event_flag("on", on);
    event_end();
    if (on && call->page_data_expected && call->page_sender == end) page_data_began(call);
}

static void watch_signal(call_t *call, int end, const int16_t block[BLOCK]) {
    for (int i = 0; i < BLOCK; i++) {
        if (block[i] != 0) {
            call->zeros[end] = 0;
            if (!call->signal[end]) signal_event(call, end, true, i);
        } else if (call->signal[end] && ++call->zeros[end] == SILENT_RUN) {
            signal_event(call, end, false, i - SILENT_RUN + 1);
        }
    }
}

static void attenuate(int16_t block[BLOCK]) {
    for (int i = 0; i < BLOCK; i++) block[i] = (int16_t)lrint(block[i] * exchange.gain);
}

static void add_noise(awgn_state_t *noise, int16_t block[BLOCK]) {
    for (int i = 0; i < BLOCK; i++) {
        const int sum = block[i] + awgn(noise);
        block[i] = (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
    }
}

static void cross_audio(call_t *call) {
    int16_t blocks[2][BLOCK];
    for (int i = 0; i < 2; i++) {
        memset(blocks[i], 0, sizeof(blocks[i]));
        call->ends[i]->kind->transmit(call->ends[i], blocks[i]);
        if (call->state == CALL_ENDED) return;
    }
    for (int i = 0; i < 2; i++) {
        watch_signal(call, i, blocks[i]);
        if (exchange.now < call->silent_until) memset(blocks[i], 0, sizeof(blocks[i]));
        if (exchange.gain < 1) attenuate(blocks[i]);
        if (call->noisy) add_noise(&call->noise[i], blocks[i]);
    }
    if (call->signal[0] || call->signal[1]) call->quiet_since = exchange.now;
    for (int i = 0; i < 2; i++) {
        call->ends[i]->kind->receive(call->ends[i], blocks[1 - i]);
        if (call->state == CALL_ENDED) return;
    }
}

static void apply_cuts(call_t *call) {
    cut_t cut;
    while (call->state != CALL_ENDED && cuts_take_due(call->ends[0], call->ends[1], &cut)) {
        begin_call_event("cut", call);
        event_text("how", cut.action == CUT_RELEASE ? "release" : cut.action == CUT_NOISE ? "noise" : "silence");
        event_end();
        const double for_ms = fmin(cut.for_ms, exchange.max_call_ms);
        if (cut.action == CUT_RELEASE) {
            call_release(call, "cut");
        } else if (cut.action == CUT_SILENCE) {
            call->silent_until = exchange.now + (int64_t)(for_ms * SAMPLES_PER_MS);
        } else {
            start_noise(call, cut.noise_dbm0);
            call->noise_until_ms = now_ms() + for_ms;
        }
    }
    if (call->noise_until_ms >= 0 && now_ms() >= call->noise_until_ms) {
        call->noise_until_ms = -1;
        start_noise(call, call->lasting_noise_dbm0);
    }
}

static void end_if_standing_still(call_t *call) {
    const double lasted_ms = (double)(exchange.now - call->placed_at) / SAMPLES_PER_MS;
    const char *reason = NULL;
    if (lasted_ms > exchange.max_call_ms) reason = "call too long";
    else if (call_quiet_ms(call) > exchange.max_silence_ms) reason = "silent for too long";
    if (reason == NULL) return;
    begin_call_event("stuck", call);
    event_text("reason", reason);
    event_end();
    call_release(call, reason);
}

void call_step(call_t *call) {
    apply_cuts(call);
    if (call->state == CALL_DIALLING && exchange.now >= call->resolve_at) resolve(call);
    if (call->state == CALL_RINGING && exchange.now >= call->next_ring_at) ring(call);
    if (call->state == CALL_CONNECTED) cross_audio(call);
    if (call->state != CALL_ENDED) end_if_standing_still(call);
}

void call_frame_sent(call_t *call, endpoint_t *endpoint, const uint8_t *frame, int length) {
    if (length < 3) return;
    const uint8_t fcf = frame[2] & 0xFE;
    if (fcf == T4_FCD || fcf == (T4_RCP & 0xFE)) return;
    const int sender = end_of(call, endpoint);
    switch (fcf) {
    case T30_MPS:
    case T30_EOM:
    case T30_EOP:
        call->page_ends = true;
        call->page_follows = fcf == T30_MPS;
        break;
    case T30_PPS:
        call->page_ends = length > 3 && frame[3] != 0;
        call->page_follows = length > 3 && (frame[3] == 0 || (frame[3] & 0xFE) == T30_MPS);
        break;
    case T30_MCF:
        call->pages_done += call->page_ends ? 1 : 0;
        call->page_data_expected = call->page_follows;
        call->page_sender = 1 - sender;
        call->page_ends = call->page_follows = false;
        break;
    case T30_CFR:
    case T30_CTR:
    case T30_PPR:
        call->page_data_expected = true;
        call->page_sender = 1 - sender;
        break;
    default:
        break;
    }
    cuts_reached(call->ends[0], call->ends[1], POINT_FRAME, t30_frametype(frame[2]), 0);
}

double call_quiet_ms(const call_t *call) {
    if (call->state != CALL_CONNECTED) return 0;
    return (double)(exchange.now - call->quiet_since) / SAMPLES_PER_MS;
}

bool call_is_ringing(const call_t *call) {
    return call->state == CALL_RINGING;
}

bool call_is_connected(const call_t *call) {
    return call->state == CALL_CONNECTED;
}

bool call_ended(const call_t *call) {
    return call->state == CALL_ENDED;
}

call_t *call_next(const call_t *call) {
    return call->next;
}

void call_destroy(call_t *call) {
    call_t **link = &exchange.calls;
    while (*link != NULL && *link != call) link = &(*link)->next;
    if (*link == call) *link = call->next;
    free(call);
}
