// How the host's octets reach spandsp's T.31 engine: in portions that it can take, and round its traps.

#include <string.h>

#include "call.h"
#include "modem.h"

enum { ETX = 0x03, LF = 0x0A, CR = 0x0D, DLE = 0x10, XON = 0x11, XOFF = 0x13 };

// A line feed that comes so soon after the carriage return ends the same line.
enum { LINE_FEED_MS = 250 };

// A portion of page data, so that the buffer stays below the high-tide mark.
enum { PAGE_PORTION = 512 };

static void give(modem_t *modem, const uint8_t *octets, size_t count) {
    t31_at_rx(&modem->t31, (const char *)octets, (int)count);
}

static void trace_line(modem_t *modem) {
    modem->line[modem->line_length] = '\0';
    modem->line_length = 0;
    if (!modem->trace) return;
    begin_endpoint_event("command", &modem->endpoint);
    event_text("text", modem->line);
    event_end();
}

static void command_octet(modem_t *modem, uint8_t octet) {
    // V.250 6.3.1: any character aborts dialling.
    if (modem->dialling) {
        modem->dialling = false;
        modem_on_hook(modem, "dialling aborted");
        modem_say(modem, AT_RESPONSE_CODE_NO_CARRIER);
        return;
    }
    if (octet == modem->t31.at_state.p.s_regs[3]) {
        // Busy first: most results come while the engine takes the line's end.
        modem->busy = modem->t31.at_state.line_ptr >= 2;
        trace_line(modem);
        modem->after_cr = modem->after_cr_unread = true;
        modem->cr_at = real_ms();
    } else if (octet >= 0x20 && octet < 0x7F && modem->line_length + 1 < sizeof(modem->line)) {
        modem->line[modem->line_length++] = (char)octet;
    }
    give(modem, &octet, 1);
}

static void reception_aborted(modem_t *modem, uint8_t octet) {
    // T.31 8.3: flow control characters do not abort.
    if (octet == XON || octet == XOFF) return;
    at_state_t *at = &modem->t31.at_state;
    give(modem, &octet, 1);
    // Without this the engine would take the next frame for one that is waited for.
    at->dte_is_waiting = false;
    at->ok_is_pending = false;
    modem->t31.rx_frame_received = false;
    if (modem->dialling) {
        modem->dialling = false;
        modem_on_hook(modem, "dialling aborted");
    }
}

static bool hdlc_transmitter_free(const modem_t *modem) {
    const hdlc_tx_state_t *hdlc = &modem->t31.audio.modems.hdlc_tx;
    return hdlc->len == 0 && !hdlc->tx_end && !modem->t31.hdlc_tx.final;
}

static void frame_complete(modem_t *modem) {
    const uint8_t *frame = modem->t31.hdlc_tx.buf;
    const int length = modem->t31.hdlc_tx.len;
    if (length < 3) return;
    begin_endpoint_event("frame", &modem->endpoint);
    event_text("direction", "sent");
    event_text("name", t30_frametype(frame[2]));
    event_hex("hex", frame, length);
    event_end();
    if (modem->endpoint.call != NULL) call_frame_sent(modem->endpoint.call, &modem->endpoint, frame, length);
}

static void refuse_frame(modem_t *modem) {
    begin_endpoint_event("frameTooLong", &modem->endpoint);
    event_end();
    modem->frame_too_long = false;
    modem->t31.hdlc_tx.len = 0;
    modem->t31.dled = false;
    at_set_at_rx_mode(&modem->t31.at_state, AT_MODE_OFFHOOK_COMMAND);
    at_modem_control(&modem->t31.at_state, AT_MODEM_CONTROL_RESTART, (const char *)(intptr_t)FAX_MODEM_SILENCE_TX);
    modem_say(modem, AT_RESPONSE_CODE_ERROR);
}

// One octet of a frame; the engine would write a long frame past its buffer.
static void frame_octet(modem_t *modem, uint8_t octet) {
    const bool ends = modem->escaped && octet == ETX;
    modem->escaped = !modem->escaped && octet == DLE;
    modem->idle_blocks = 0;
    if (ends) {
        if (modem->frame_too_long) {
            refuse_frame(modem);
            return;
        }
        frame_complete(modem);
        modem->busy = true;
    }
    // Two octets more than the one may come out of `<DLE><SUB>`.
    if (modem->t31.hdlc_tx.len + 2 >= T31_MAX_HDLC_LEN) modem->frame_too_long = true;
    else if (!modem->frame_too_long) give(modem, &octet, 1);
}

// Page data up to and including the next `<DLE><ETX>`. Gives how many octets were taken.
static size_t take_page_data(modem_t *modem) {
    const int buffered = modem->t31.tx.in_bytes - modem->t31.tx.out_bytes;
    if (buffered + PAGE_PORTION >= T31_TX_BUF_HIGH_TIDE) return 0;
    const pty_t *pty = &modem->pty;
    size_t count = 0;
    bool ended = false;
    while (!ended && count < pty->input_length && count < PAGE_PORTION) {
        const uint8_t octet = pty->input[count++];
        ended = modem->escaped && octet == ETX;
        modem->escaped = !modem->escaped && octet == DLE;
    }
    modem->idle_blocks = 0;
    if (ended) modem->busy = true;
    give(modem, pty->input, count);
    return count;
}

// The line feed of a host that ends its lines with both.
static bool is_end_of_line(modem_t *modem, uint8_t octet, int mode) {
    const bool after_cr = modem->after_cr;
    modem->after_cr = false;
    if (!after_cr || octet != LF || real_ms() - modem->cr_at > LINE_FEED_MS) return false;
    // Where data is awaited a line feed may be data, unless it was written before the host could know of CONNECT.
    return (mode != AT_MODE_HDLC && mode != AT_MODE_STUFFED) || modem->after_cr_unread;
}

bool modem_take_input(modem_t *modem) {
    pty_t *pty = &modem->pty;
    const size_t before = pty->input_length;
    modem->after_cr_unread = false;
    while (pty->input_length > 0) {
        const uint8_t octet = pty->input[0];
        const int mode = modem->t31.at_state.at_rx_mode;
        if (modem->after_cr && is_end_of_line(modem, octet, mode)) {
            pty_drop_input(pty, 1);
            continue;
        }
        if (mode == AT_MODE_STUFFED) {
            const size_t taken = take_page_data(modem);
            if (taken == 0) break;
            pty_drop_input(pty, taken);
            continue;
        }
        if (mode == AT_MODE_HDLC && !hdlc_transmitter_free(modem)) break;
        // Before the octet is handed over: it may change the mode, even end the call.
        pty_drop_input(pty, 1);
        if (mode == AT_MODE_HDLC) frame_octet(modem, octet);
        else if (mode == AT_MODE_DELIVERY) reception_aborted(modem, octet);
        else if (mode != AT_MODE_CONNECTED) command_octet(modem, octet);
    }
    return pty->input_length != before;
}
