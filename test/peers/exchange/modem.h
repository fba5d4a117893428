// A Class 1 fax modem: spandsp's T.31 engine behind a pseudo terminal.

#ifndef EXCHANGE_MODEM_H
#define EXCHANGE_MODEM_H

#include "exchange.h"
#include "pty.h"

typedef struct {
    endpoint_t endpoint;
    pty_t pty;
    t31_state_t t31;
    // Tells every command and result code.
    bool trace;
    // A modem that does not notice that the far end has hung up hears silence; else it says NO CARRIER.
    bool deaf_to_hang_up;
    int receive_latency_ms;
    int turn_on_ms;
    int ced_gap_ms;

    // A command or a frame was given and its final result code has not come yet.
    bool busy;
    bool dial_wanted;
    bool answer_wanted;
    bool dialling;
    char dialled[128];
    int64_t dialled_at;
    char caller[MAX_NUMBER];
    bool caller_told;
    // Real time until which a host that was rung may want to answer.
    double ring_window_until;
    // Real time until which a host that was told CONNECT may throw away what it has not read yet.
    double flush_window_until;

    // Host's octets.
    bool after_cr;
    // What follows was written before the host could read an answer.
    bool after_cr_unread;
    double cr_at;
    bool escaped;
    bool frame_too_long;
    char line[256];
    size_t line_length;

    // Time spent in a mode without the host's doing, in blocks.
    int idle_blocks;
    bool underrun_told;
    int underrun_blocks;
    int data_mode_blocks;

    // The path to and from the line.
    int sending_modem;
    int hold_samples;
    int16_t delay_line[SAMPLES_PER_MS * 500];
    int delay_at;
} modem_t;

endpoint_t *modem_create(const json_object_t *command, const char **error);
bool endpoint_is_modem(const endpoint_t *endpoint);

bool modem_plug(modem_t *modem);
void modem_unplug(modem_t *modem);
// The host closed the port: a modem sees DTR fall, hangs up and forgets what it was told (&D2 and &D3).
void modem_host_left(modem_t *modem);

// Hands the engine as much of what the host wrote as it can take now. True when it took something.
bool modem_take_input(modem_t *modem);

// The engine's way out: everything for the host passes here.
int modem_engine_says(at_state_t *at, void *user_data, const uint8_t *octets, size_t length);

// Ends the call and puts the engine at rest.
void modem_on_hook(modem_t *modem, const char *reason);
// Says a result code as the engine would.
void modem_say(modem_t *modem, int code);

#endif
