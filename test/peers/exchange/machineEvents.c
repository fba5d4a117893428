// What a fax machine tells about its T.30 session: frames, what was agreed, pages, the end.

#include "machineEvents.h"

#include <string.h>

#include "call.h"

static const char *coding_name(int compression) {
    switch (compression) {
    case T4_COMPRESSION_ITU_T4_1D:
        return "MH";
    case T4_COMPRESSION_ITU_T4_2D:
        return "MR";
    case T4_COMPRESSION_ITU_T6:
        return "MMR";
    default:
        return NULL;
    }
}

static void tell_statistics(machine_t *machine) {
    t30_stats_t stats;
    t30_get_transfer_statistics(fax_get_t30_state(machine->fax), &stats);
    event_number("rateBps", stats.bit_rate);
    event_flag("ecm", stats.error_correcting_mode != 0);
    const char *coding = coding_name(stats.encoding);
    event_text("compression", coding != NULL ? coding : coding_name(machine->fax->t30.line_encoding));
    event_number("pagesSent", stats.pages_tx);
    event_number("pagesReceived", stats.pages_rx);
    event_number("width", stats.width);
    event_number("rows", stats.length);
    // The engine counts pixels per metre.
    event_number("xPerMetre", stats.x_resolution);
    event_number("yPerMetre", stats.y_resolution);
    event_number("imageOctets", stats.image_size);
    event_number("badRows", stats.bad_rows);
    event_number("longestBadRun", stats.longest_bad_row_run);
    event_number("ecmRetries", stats.error_correcting_mode_retries);
}

static void tell_data_frames(machine_t *machine) {
    if (machine->data_frames == 0) return;
    begin_endpoint_event("ecmFrames", &machine->endpoint);
    event_text("direction", machine->data_frames_received ? "received" : "sent");
    event_number("count", machine->data_frames);
    event_end();
    machine->data_frames = 0;
}

static void frame_seen(t30_state_t *t30, void *user_data, int received, const uint8_t message[], int length) {
    (void)t30;
    machine_t *machine = user_data;
    if (length < 3) return;
    if (message[2] == T4_FCD) {
        machine->data_frames++;
        machine->data_frames_received = received;
        return;
    }
    tell_data_frames(machine);
    begin_endpoint_event("frame", &machine->endpoint);
    event_text("direction", received ? "received" : "sent");
    event_text("name", t30_frametype(message[2]));
    event_hex("hex", message, length);
    event_end();
    if (!received && machine->endpoint.call != NULL) {
        call_frame_sent(machine->endpoint.call, &machine->endpoint, message, length);
    }
}

static int phase_b(t30_state_t *t30, void *user_data, int result) {
    machine_t *machine = user_data;
    begin_endpoint_event("agreed", &machine->endpoint);
    event_text("by", t30_frametype((uint8_t)result));
    event_text("farId", t30_get_rx_ident(t30));
    event_text("subAddress", t30_get_rx_sub_address(t30));
    event_text("senderId", t30_get_rx_sender_ident(t30));
    event_text("password", t30_get_rx_password(t30));
    event_text("pollingAddress", t30_get_rx_selective_polling_address(t30));
    tell_statistics(machine);
    event_end();
    const char *required = machine->settings.required_password;
    const bool by_dcs = (result & 0xFE) == T30_DCS;
    if (required[0] == '\0' || (!by_dcs && result != T30_DTC)) return T30_ERR_OK;
    // A sender gives the password as SID, a poller as PWD.
    const char *given = by_dcs ? t30_get_rx_sender_ident(t30) : t30_get_rx_password(t30);
    return given != NULL && strcmp(given, required) == 0 ? T30_ERR_OK : T30_ERR_PWD_UNACCEPTABLE;
}

static int phase_d(t30_state_t *t30, void *user_data, int result) {
    (void)t30;
    machine_t *machine = user_data;
    begin_endpoint_event("page", &machine->endpoint);
    event_text("by", t30_frametype((uint8_t)result));
    tell_statistics(machine);
    event_end();
    return T30_ERR_OK;
}

static void phase_e(t30_state_t *t30, void *user_data, int status) {
    machine_t *machine = user_data;
    tell_data_frames(machine);
    machine->t30_ended = true;
    machine->t30_ended_at = exchange.now;
    begin_endpoint_event("end", &machine->endpoint);
    event_number("status", status);
    event_text("statusText", t30_completion_code_to_str(status));
    event_text("farId", t30_get_rx_ident(t30));
    tell_statistics(machine);
    event_text("file", machine->receive_file[0] == '\0' ? NULL : machine->receive_file);
    event_end();
}

void machine_watch(machine_t *machine) {
    t30_state_t *t30 = fax_get_t30_state(machine->fax);
    machine->t30_ended = false;
    machine->data_frames = 0;
    machine->receive_file[0] = '\0';
    t30_set_real_time_frame_handler(t30, frame_seen, machine);
    t30_set_phase_b_handler(t30, phase_b, machine);
    t30_set_phase_d_handler(t30, phase_d, machine);
    t30_set_phase_e_handler(t30, phase_e, machine);
}

void machine_forget(machine_t *machine) {
    tell_data_frames(machine);
}
