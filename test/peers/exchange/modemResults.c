// What spandsp's T.31 engine says to the host, and what its result codes mean for whose turn it is.

#include <stdio.h>
#include <string.h>

#include "modem.h"

// HylaFAX flushes its input after CONNECT of +FRM: in fast pacing the page's beginning would go, too.
enum { FLUSH_WINDOW_MS = 150 };

static const char *const RESULTS[] = {"OK",   "CONNECT",   "RING",        "NO CARRIER", "ERROR", "???", "NO DIALTONE",
                                      "BUSY", "NO ANSWER", "+FCERROR",    "+FRH:3"};
enum { RESULT_COUNT = sizeof(RESULTS) / sizeof(RESULTS[0]) };

static void result_said(modem_t *modem, int code) {
    const int mode = modem->t31.at_state.at_rx_mode;
    // CONNECT of a reception is followed by data and by a result code of its own.
    const bool more_follows = code == AT_RESPONSE_CODE_CONNECT && mode == AT_MODE_DELIVERY;
    if (code != AT_RESPONSE_CODE_RING && code != AT_RESPONSE_CODE_FRH3 && !more_follows) modem->busy = false;
    if (code == AT_RESPONSE_CODE_CONNECT) modem->dialling = false;
    if (more_follows && modem->t31.modem != FAX_MODEM_V21_RX) modem->flush_window_until = real_ms() + FLUSH_WINDOW_MS;
    modem->idle_blocks = modem->underrun_blocks = 0;
    modem->underrun_told = false;
    if (!modem->trace) return;
    begin_endpoint_event("result", &modem->endpoint);
    event_text("text", RESULTS[code]);
    event_end();
}

// The engine says a result code in a call of its own, without the line ends round it.
static void watch_results(modem_t *modem, const char *said, size_t length) {
    for (int code = 0; code < RESULT_COUNT; code++) {
        char numeric[16];
        snprintf(numeric, sizeof(numeric), "%d%c", code, modem->t31.at_state.p.s_regs[3]);
        const bool verbose = strlen(RESULTS[code]) == length && memcmp(said, RESULTS[code], length) == 0;
        if (!verbose && (strlen(numeric) != length || memcmp(said, numeric, length) != 0)) continue;
        result_said(modem, code);
        return;
    }
}

int modem_engine_says(at_state_t *at, void *user_data, const uint8_t *octets, size_t length) {
    (void)at;
    modem_t *modem = user_data;
    pty_write(&modem->pty, octets, length);
    if (length >= 2 && length <= 12) watch_results(modem, (const char *)octets, length);
    return 0;
}
