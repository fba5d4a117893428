// What a fax machine tells about its T.30 session: frames, what was agreed, pages, the end.

#ifndef EXCHANGE_MACHINE_EVENTS_H
#define EXCHANGE_MACHINE_EVENTS_H

#include "exchange.h"

typedef struct {
    char local_id[21];
    char receive_to[256];
    char serve[256];
    char sub_address[21];
    char password[21];
    char required_password[21];
    char polling_address[21];
    bool ecm;
    bool command_repeat;
    int modems;
    int compressions;
    int resolutions;
    int widths;
    int answer_after_rings;
    double answer_delay_ms;
    int min_scan_ms;
    int not_ready_count;
} machine_settings_t;

typedef struct {
    endpoint_t endpoint;
    machine_settings_t settings;
    // While connected.
    fax_state_t *fax;
    bool t30_ended;
    int64_t t30_ended_at;
    int64_t answer_at;
    int rings;
    // The file of the call that it placed.
    char send[256];
    char receive_file[512];
    int received_files;
    // ECM data frames since the last other frame.
    int data_frames;
    bool data_frames_received;
} machine_t;

// From now on the engine's callbacks become events.
void machine_watch(machine_t *machine);

// Tells what was still being counted.
void machine_forget(machine_t *machine);

#endif
