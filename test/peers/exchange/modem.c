// A Class 1 fax modem: spandsp's T.31 engine behind a pseudo terminal.

#include "modem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"

// T.31 8.3.5: so long may a transmitter be without data.
enum { NO_DATA_MS = 5000 };
// A call in +FCLASS=0 leads into a data mode that the engine lacks.
enum { DATA_MODE_MS = 10000 };
// A host that was rung may want to answer; in fast pacing modelled time gives it so much real time.
enum { RING_WINDOW_MS = 400 };
// Less page data than this in the buffer: it is the host's turn (20 ms at 14 400 bit/s are 36 octets).
enum { PAGE_RESERVE = 128 };

static modem_t *of(endpoint_t *endpoint) {
    return (modem_t *)endpoint;
}

static void rest(modem_t *modem) {
    at_state_t *at = &modem->t31.at_state;
    // These outlive an aborted reception, and would answer for the next call.
    at->dte_is_waiting = false;
    at->ok_is_pending = false;
    at->rx_signal_present = false;
    at->rx_data_bytes = 0;
    modem->t31.rx_frame_received = false;
    modem->t31.hdlc_tx.final = false;
    modem->t31.hdlc_tx.len = 0;
    modem->t31.dled = false;
    modem->escaped = modem->frame_too_long = false;
    modem->idle_blocks = modem->underrun_blocks = modem->data_mode_blocks = 0;
    modem->underrun_told = false;
    modem->caller_told = false;
    // Else S0 goes on counting the rings of the last call.
    at_reset_call_info(at);
    at_modem_control(at, AT_MODEM_CONTROL_RESTART, (const char *)(intptr_t)FAX_MODEM_SILENCE_TX);
}

void modem_on_hook(modem_t *modem, const char *reason) {
    modem->dialling = modem->dial_wanted = modem->answer_wanted = false;
    modem->endpoint.off_hook = false;
    rest(modem);
    at_set_at_rx_mode(&modem->t31.at_state, AT_MODE_ONHOOK_COMMAND);
    if (modem->endpoint.call != NULL) call_hang_up(modem->endpoint.call, &modem->endpoint, reason);
}

void modem_say(modem_t *modem, int code) {
    at_put_response_code(&modem->t31.at_state, code);
}

static int engine_wants(t31_state_t *t31, void *user_data, int operation, const char *number) {
    (void)t31;
    modem_t *modem = user_data;
    switch (operation) {
    case AT_MODEM_CONTROL_CALL:
        // With +FIT=0 a change of mode arrives here, too, without a number.
        if (number == NULL) return 0;
        if (modem->endpoint.call != NULL) return -1;
        snprintf(modem->dialled, sizeof(modem->dialled), "%s", number);
        modem->dial_wanted = modem->dialling = true;
        return 0;
    case AT_MODEM_CONTROL_ANSWER:
        modem->answer_wanted = true;
        return 0;
    case AT_MODEM_CONTROL_HANGUP:
        modem_on_hook(modem, "modem hung up");
        return 0;
    case AT_MODEM_CONTROL_OFFHOOK:
        modem->endpoint.off_hook = true;
        return 0;
    default:
        // Also meaningless numbers: 0.0.6 passes them when the receive mode changes.
        return 0;
    }
}

static void failed(endpoint_t *endpoint, call_failure_t failure) {
    modem_t *modem = of(endpoint);
    modem_on_hook(modem, "");
    switch (failure) {
    case FAILED_BUSY:
        t31_call_event(&modem->t31, AT_CALL_EVENT_BUSY);
        break;
    case FAILED_NO_DIAL_TONE:
        t31_call_event(&modem->t31, AT_CALL_EVENT_NO_DIALTONE);
        break;
    case FAILED_NO_ANSWER:
        t31_call_event(&modem->t31, AT_CALL_EVENT_NO_ANSWER);
        break;
    case FAILED_UNKNOWN_NUMBER:
        modem_say(modem, AT_RESPONSE_CODE_NO_CARRIER);
        break;
    }
}

static void released(endpoint_t *endpoint) {
    modem_t *modem = of(endpoint);
    // Rung only: nothing is to be said, but a new call counts its rings anew.
    if (!endpoint->off_hook) {
        modem->answer_wanted = false;
        modem->caller_told = false;
        at_reset_call_info(&modem->t31.at_state);
        return;
    }
    if (modem->deaf_to_hang_up && !modem->dialling) return;
    const int mode = modem->t31.at_state.at_rx_mode;
    // The engine is silent about the end of a call that it still dials.
    if (modem->dialling && (mode == AT_MODE_ONHOOK_COMMAND || mode == AT_MODE_OFFHOOK_COMMAND)) {
        modem_say(modem, AT_RESPONSE_CODE_NO_CARRIER);
    } else if (modem->busy && mode == AT_MODE_OFFHOOK_COMMAND && !modem->t31.at_state.dte_is_waiting) {
        // A transmitter that still empties itself: it will never be done.
        modem_say(modem, AT_RESPONSE_CODE_NO_CARRIER);
    }
    t31_call_event(&modem->t31, AT_CALL_EVENT_HANGUP);
    modem_on_hook(modem, "");
    modem->busy = false;
}

static bool can_be_rung(endpoint_t *endpoint) {
    const modem_t *modem = of(endpoint);
    return modem->pty.master >= 0 && modem->pty.host_present && !endpoint->off_hook;
}

static void ring(endpoint_t *endpoint, const char *caller) {
    modem_t *modem = of(endpoint);
    at_state_t *at = &modem->t31.at_state;
    t31_call_event(&modem->t31, AT_CALL_EVENT_ALERTING);
    modem->ring_window_until = real_ms() + RING_WINDOW_MS;
    if (modem->caller_told || !at->display_call_info) return;
    // Between the first ring and the second, as lines and modems do it.
    char line[32 + MAX_NUMBER];
    at_put_response(at, "DATE = 0101");
    at_put_response(at, "TIME = 0000");
    snprintf(line, sizeof(line), "NMBR = %s", caller);
    at_put_response(at, line);
    modem->caller_told = true;
}

static void connected(endpoint_t *endpoint, bool calling) {
    modem_t *modem = of(endpoint);
    rest(modem);
    endpoint->off_hook = true;
    // A call that S0 answers, too, leads to CONNECT without a command of the host's.
    modem->busy = true;
    modem->sending_modem = FAX_MODEM_NONE;
    modem->hold_samples = 0;
    memset(modem->delay_line, 0, sizeof(modem->delay_line));
    t31_call_event(&modem->t31, calling ? AT_CALL_EVENT_CONNECTED : AT_CALL_EVENT_ANSWERED);
}

static bool is_transmitter(int which) {
    return which == FAX_MODEM_V21_TX || which == FAX_MODEM_V17_TX || which == FAX_MODEM_V27TER_TX
           || which == FAX_MODEM_V29_TX;
}

// A transmitter needs a moment; after CED T.30 asks for 75 ± 20 ms of silence, which the engine leaves out.
static int turn_on_samples(modem_t *modem) {
    const int now = modem->t31.modem;
    if (now == modem->sending_modem) return 0;
    const bool after_ced = modem->sending_modem == FAX_MODEM_CED_TONE;
    modem->sending_modem = now;
    if (!is_transmitter(now)) return 0;
    return (after_ced ? modem->ced_gap_ms : modem->turn_on_ms) * SAMPLES_PER_MS;
}

static void transmit(endpoint_t *endpoint, int16_t block[BLOCK]) {
    modem_t *modem = of(endpoint);
    modem->hold_samples += turn_on_samples(modem);
    const int held = modem->hold_samples < BLOCK ? modem->hold_samples : BLOCK;
    modem->hold_samples -= held;
    memset(block, 0, (size_t)held * sizeof(block[0]));
    if (held < BLOCK) t31_tx(&modem->t31, block + held, BLOCK - held);
}

static void receive(endpoint_t *endpoint, int16_t block[BLOCK]) {
    modem_t *modem = of(endpoint);
    const int latency = modem->receive_latency_ms * SAMPLES_PER_MS;
    for (int i = 0; latency > 0 && i < BLOCK; i++) {
        const int16_t heard = modem->delay_line[modem->delay_at];
        modem->delay_line[modem->delay_at] = block[i];
        modem->delay_at = (modem->delay_at + 1) % latency;
        block[i] = heard;
    }
    t31_rx(&modem->t31, block, BLOCK);
}

static void starved(modem_t *modem, const char *event) {
    begin_endpoint_event(event, &modem->endpoint);
    event_end();
    at_set_at_rx_mode(&modem->t31.at_state, AT_MODE_OFFHOOK_COMMAND);
    at_modem_control(&modem->t31.at_state, AT_MODEM_CONTROL_RESTART, (const char *)(intptr_t)FAX_MODEM_SILENCE_TX);
    modem_say(modem, AT_RESPONSE_CODE_ERROR);
}

static void watch_modes(modem_t *modem) {
    const t31_state_t *t31 = &modem->t31;
    const int mode = t31->at_state.at_rx_mode;
    const bool page = mode == AT_MODE_STUFFED;
    const bool empty = page && t31->tx.in_bytes == t31->tx.out_bytes && !t31->tx.final;
    if (page && empty && t31->tx.data_started && !modem->underrun_told) {
        modem->underrun_told = true;
        begin_endpoint_event("underrun", &modem->endpoint);
        event_end();
    }
    if (!empty) modem->underrun_told = false;
    const bool starving = empty || (mode == AT_MODE_HDLC && !modem->busy);
    modem->idle_blocks = starving ? modem->idle_blocks + 1 : 0;
    if (modem->idle_blocks * BLOCK_MS > NO_DATA_MS) starved(modem, "noData");
    modem->data_mode_blocks = mode == AT_MODE_CONNECTED ? modem->data_mode_blocks + 1 : 0;
    if (modem->data_mode_blocks * BLOCK_MS > DATA_MODE_MS) {
        modem_on_hook(modem, "data call");
        modem_say(modem, AT_RESPONSE_CODE_NO_CARRIER);
    }
}

static void place_or_answer(modem_t *modem) {
    endpoint_t *endpoint = &modem->endpoint;
    if (modem->dial_wanted) {
        modem->dial_wanted = false;
        modem->dialled_at = exchange.now;
        if (endpoint->call != NULL) failed(endpoint, FAILED_UNKNOWN_NUMBER);
        else if (call_place(endpoint, modem->dialled) != NULL) endpoint->off_hook = true;
    }
    if (modem->answer_wanted) {
        modem->answer_wanted = false;
        if (endpoint->call != NULL && call_is_ringing(endpoint->call)) {
            call_answer(endpoint->call);
        } else if (endpoint->call == NULL) {
            modem_on_hook(modem, "");
            modem_say(modem, AT_RESPONSE_CODE_NO_CARRIER);
        }
    }
    // S7: so long (s) the modem waits for an answer.
    const double waited_ms = (double)(exchange.now - modem->dialled_at) / SAMPLES_PER_MS;
    if (modem->dialling && endpoint->call != NULL && !call_is_connected(endpoint->call)
        && waited_ms > modem->t31.at_state.p.s_regs[7] * 1000.0) {
        modem_on_hook(modem, "not answered in time");
        t31_call_event(&modem->t31, AT_CALL_EVENT_NO_ANSWER);
    }
}

static void tell_lost_output(modem_t *modem) {
    if (modem->pty.lost == 0) return;
    begin_endpoint_event("outputLost", &modem->endpoint);
    event_number("octets", (double)modem->pty.lost);
    event_end();
    modem->pty.lost = 0;
}

static void step(endpoint_t *endpoint) {
    modem_t *modem = of(endpoint);
    if (modem->pty.master < 0) return;
    tell_lost_output(modem);
    place_or_answer(modem);
    if (endpoint->call == NULL || !call_is_connected(endpoint->call)) {
        // On a dead line time goes on, too: +FTS and +FRS count on it.
        int16_t block[BLOCK] = {0};
        t31_tx(&modem->t31, block, BLOCK);
        memset(block, 0, sizeof(block));
        t31_rx(&modem->t31, block, BLOCK);
    }
    watch_modes(modem);
}

static bool host_has_to_act(endpoint_t *endpoint) {
    const modem_t *modem = of(endpoint);
    const t31_state_t *t31 = &modem->t31;
    if (!modem->pty.host_present) return false;
    if (modem->pty.output_length > 0) return true;
    if (!endpoint->off_hook) return real_ms() < modem->ring_window_until && !modem->answer_wanted;
    if (modem->busy) return false;
    switch (t31->at_state.at_rx_mode) {
    case AT_MODE_ONHOOK_COMMAND:
    case AT_MODE_OFFHOOK_COMMAND:
        return true;
    case AT_MODE_HDLC:
        return true;
    case AT_MODE_STUFFED:
        return t31->tx.in_bytes - t31->tx.out_bytes < PAGE_RESERVE && !t31->tx.final;
    default:
        return false;
    }
}

static bool wants_real_time(endpoint_t *endpoint) {
    return endpoint->call != NULL && real_ms() < of(endpoint)->flush_window_until;
}

bool modem_plug(modem_t *modem) {
    return pty_plug(&modem->pty);
}

void modem_unplug(modem_t *modem) {
    pty_unplug(&modem->pty);
    modem_host_left(modem);
}

void modem_host_left(modem_t *modem) {
    modem->busy = modem->after_cr = false;
    modem->line_length = 0;
    modem_on_hook(modem, "host closed the port");
    // What was set is gone, as when DTR falls under &D3 or the plug is pulled; line_ptr is the half line typed.
    const char reset[] = "\rATZ\r";
    const bool trace = modem->trace;
    modem->trace = false;
    t31_at_rx(&modem->t31, reset, (int)strlen(reset));
    modem->trace = trace;
    modem->busy = false;
}

static void destroy(endpoint_t *endpoint) {
    modem_t *modem = of(endpoint);
    pty_unplug(&modem->pty);
    // The engine's own release leaves its queue.
    queue_free(modem->t31.rx_queue);
    t31_release(&modem->t31);
    free(modem);
}

static const endpoint_kind_t MODEM = {
    .kind = "modem",
    .has_host = true,
    .can_be_rung = can_be_rung,
    .ring = ring,
    .connected = connected,
    .failed = failed,
    .released = released,
    .transmit = transmit,
    .receive = receive,
    .step = step,
    .host_has_to_act = host_has_to_act,
    .wants_real_time = wants_real_time,
    .destroy = destroy,
};

static int bounded(double value, int least, int most) {
    return value < least ? least : value > most ? most : (int)value;
}

endpoint_t *modem_create(const json_object_t *command, const char **error) {
    modem_t *modem = calloc(1, sizeof(*modem));
    if (modem == NULL) {
        *error = "no memory";
        return NULL;
    }
    modem->endpoint.kind = &MODEM;
    modem->pty.master = -1;
    normalise_number(modem->endpoint.number, json_text(command, "number", ""));
    snprintf(modem->pty.link, sizeof(modem->pty.link), "%s", json_text(command, "link", ""));
    modem->trace = json_flag(command, "trace", true);
    modem->deaf_to_hang_up = json_flag(command, "deafToHangUp", false);
    modem->receive_latency_ms = bounded(json_number(command, "receiveLatencyMs", 40), 0, 500);
    modem->turn_on_ms = bounded(json_number(command, "turnOnMs", 10), 0, 1000);
    modem->ced_gap_ms = bounded(json_number(command, "cedGapMs", 70), 0, 1000);
    if (t31_init(&modem->t31, modem_engine_says, modem, engine_wants, modem, NULL, NULL) == NULL) {
        *error = "spandsp refuses to make a modem";
        free(modem);
        return NULL;
    }
    t31_set_transmit_on_idle(&modem->t31, true);
    if (modem_plug(modem)) return &modem->endpoint;
    *error = "no pseudo terminal or link could be made";
    destroy(&modem->endpoint);
    return NULL;
}

bool endpoint_is_modem(const endpoint_t *endpoint) {
    return endpoint->kind == &MODEM;
}
