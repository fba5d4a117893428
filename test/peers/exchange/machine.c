// An automatic fax machine on spandsp's T.30 engine: it answers and receives into TIFF files, sends, polls, is polled.

#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "machineEvents.h"

// After T.30 has ended the machine stays on the line so long, so that its last signal leaves whole.
enum { HANG_UP_AFTER_MS = 200 };

static machine_t *of(endpoint_t *endpoint) {
    return (machine_t *)endpoint;
}

static void copy_text(char *into, size_t size, const json_object_t *command, const char *name) {
    const char *text = json_text(command, name, NULL);
    if (text != NULL) snprintf(into, size, "%s", text);
}

static bool lists(const char *list, const char *word) {
    const size_t length = strlen(word);
    for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word)) {
        const bool starts = at == list || at[-1] == ',';
        if (starts && (at[length] == '\0' || at[length] == ',')) return true;
    }
    return false;
}

typedef struct {
    const char *word;
    int bits;
} word_t;

// The bits of the words of a list with commas; -1 when none is known.
static int bits_of(const char *list, const word_t *words, int count) {
    int bits = 0;
    for (int i = 0; i < count; i++) bits |= lists(list, words[i].word) ? words[i].bits : 0;
    return bits == 0 ? -1 : bits;
}

static const word_t MODEMS[] = {
    {"V.27ter", T30_SUPPORT_V27TER},
    {"V.29", T30_SUPPORT_V29},
    {"V.17", T30_SUPPORT_V17},
};
static const word_t COMPRESSIONS[] = {
    {"MH", T30_SUPPORT_T4_1D_COMPRESSION},
    {"MR", T30_SUPPORT_T4_2D_COMPRESSION},
    {"MMR", T30_SUPPORT_T6_COMPRESSION},
};
static const word_t RESOLUTIONS[] = {
    {"standard", T30_SUPPORT_STANDARD_RESOLUTION},
    {"fine", T30_SUPPORT_FINE_RESOLUTION},
    {"superfine", T30_SUPPORT_SUPERFINE_RESOLUTION},
    {"R16", T30_SUPPORT_R16_RESOLUTION},
    {"300", T30_SUPPORT_300_300_RESOLUTION},
    {"400", T30_SUPPORT_400_400_RESOLUTION},
};
static const word_t WIDTHS[] = {
    {"A4", T30_SUPPORT_215MM_WIDTH},
    {"B4", T30_SUPPORT_255MM_WIDTH},
    {"A3", T30_SUPPORT_303MM_WIDTH},
};

#define WORDS(table) table, (int)(sizeof(table) / sizeof(table[0]))

const char *machine_configure(endpoint_t *endpoint, const json_object_t *command) {
    machine_settings_t settings = of(endpoint)->settings;
    copy_text(settings.local_id, sizeof(settings.local_id), command, "localId");
    copy_text(settings.receive_to, sizeof(settings.receive_to), command, "receiveTo");
    copy_text(settings.serve, sizeof(settings.serve), command, "serve");
    copy_text(settings.sub_address, sizeof(settings.sub_address), command, "subAddress");
    copy_text(settings.password, sizeof(settings.password), command, "password");
    copy_text(settings.required_password, sizeof(settings.required_password), command, "requiredPassword");
    copy_text(settings.polling_address, sizeof(settings.polling_address), command, "pollingAddress");
    settings.ecm = json_flag(command, "ecm", settings.ecm);
    settings.command_repeat = json_flag(command, "commandRepeat", settings.command_repeat);
    settings.answer_after_rings = (int)json_number(command, "answerAfterRings", settings.answer_after_rings);
    settings.answer_delay_ms = json_number(command, "answerDelayMs", settings.answer_delay_ms);
    settings.min_scan_ms = (int)json_number(command, "minScanMs", settings.min_scan_ms);
    settings.not_ready_count = (int)json_number(command, "notReadyCount", settings.not_ready_count);
    const char *list = json_text(command, "modems", NULL);
    if (list != NULL && (settings.modems = bits_of(list, WORDS(MODEMS))) < 0) return "modems: V.27ter, V.29, V.17";
    list = json_text(command, "compressions", NULL);
    if (list != NULL && (settings.compressions = bits_of(list, WORDS(COMPRESSIONS))) < 0) {
        return "compressions: MH, MR, MMR";
    }
    list = json_text(command, "resolutions", NULL);
    if (list != NULL && (settings.resolutions = bits_of(list, WORDS(RESOLUTIONS))) < 0) {
        return "resolutions: standard, fine, superfine, R16, 300, 400";
    }
    list = json_text(command, "widths", NULL);
    if (list != NULL && (settings.widths = bits_of(list, WORDS(WIDTHS))) < 0) return "widths: A4, B4, A3";
    of(endpoint)->settings = settings;
    return NULL;
}

static void configure_engine(machine_t *machine) {
    const machine_settings_t *settings = &machine->settings;
    t30_state_t *t30 = fax_get_t30_state(machine->fax);
    fax_set_transmit_on_idle(machine->fax, true);
    t30_set_tx_ident(t30, settings->local_id);
    t30_set_supported_modems(t30, settings->modems);
    // Every machine has MH, standard resolution and A4 (T.30 table 2).
    t30_set_supported_compressions(t30, settings->compressions | T30_SUPPORT_T4_1D_COMPRESSION);
    t30_set_supported_resolutions(t30, settings->resolutions | T30_SUPPORT_STANDARD_RESOLUTION
                                           | T30_SUPPORT_R8_RESOLUTION | T30_SUPPORT_R4_RESOLUTION);
    t30_set_supported_image_sizes(t30, settings->widths | T30_SUPPORT_215MM_WIDTH | T30_SUPPORT_UNLIMITED_LENGTH
                                           | T30_SUPPORT_A4_LENGTH | T30_SUPPORT_B4_LENGTH
                                           | T30_SUPPORT_US_LETTER_LENGTH | T30_SUPPORT_US_LEGAL_LENGTH);
    t30_set_supported_t30_features(t30, T30_SUPPORT_IDENTIFICATION | T30_SUPPORT_SELECTIVE_POLLING
                                            | T30_SUPPORT_SUB_ADDRESSING
                                            | (settings->command_repeat ? T30_SUPPORT_COMMAND_REPEAT : 0));
    t30_set_ecm_capability(t30, settings->ecm);
    t30_set_rx_encoding(t30, T4_COMPRESSION_ITU_T6);
    t30_set_minimum_scan_line_time(t30, settings->min_scan_ms);
    if (settings->not_ready_count > 0) t30_set_receiver_not_ready(t30, settings->not_ready_count);
    if (settings->sub_address[0] != '\0') t30_set_tx_sub_address(t30, settings->sub_address);
    if (settings->password[0] != '\0') {
        t30_set_tx_sender_ident(t30, settings->password);
        t30_set_tx_password(t30, settings->password);
    }
    if (settings->polling_address[0] != '\0') t30_set_tx_selective_polling_address(t30, settings->polling_address);
}

// Starts T.30 at the moment when the line is connected.
static void machine_connected(endpoint_t *endpoint, bool calling) {
    machine_t *machine = of(endpoint);
    machine->fax = fax_init(NULL, calling);
    if (machine->fax == NULL) {
        call_hang_up(endpoint->call, endpoint, "no memory");
        return;
    }
    configure_engine(machine);
    machine_watch(machine);
    t30_state_t *t30 = fax_get_t30_state(machine->fax);
    const bool polling = calling && machine->send[0] == '\0';
    if (machine->settings.receive_to[0] != '\0' && (!calling || polling)) {
        machine->received_files++;
        const int length = snprintf(machine->receive_file, sizeof(machine->receive_file), "%s/%s-%d.tif",
                                    machine->settings.receive_to, endpoint->number, machine->received_files);
        // The engine keeps 256 characters of a path.
        if (length < 256) t30_set_rx_file(t30, machine->receive_file, -1);
    }
    const char *to_send = calling ? machine->send : machine->settings.serve;
    if (to_send[0] != '\0') t30_set_tx_file(t30, to_send, -1, -1);
}

// The engine reports how the call ended when it is terminated, if it had not yet.
static void finish(machine_t *machine) {
    machine->answer_at = 0;
    machine->send[0] = '\0';
    if (machine->fax == NULL) return;
    if (!machine->t30_ended) t30_terminate(fax_get_t30_state(machine->fax));
    machine_forget(machine);
    fax_free(machine->fax);
    machine->fax = NULL;
}

static void machine_released(endpoint_t *endpoint) {
    finish(of(endpoint));
}

static void machine_failed(endpoint_t *endpoint, call_failure_t failure) {
    static const char *const names[] = {"busy", "noAnswer", "noDialTone", "unknownNumber"};
    begin_endpoint_event("callFailed", endpoint);
    event_text("cause", names[failure]);
    event_end();
    finish(of(endpoint));
}

static bool machine_can_be_rung(endpoint_t *endpoint) {
    return of(endpoint)->fax == NULL;
}

static void machine_ring(endpoint_t *endpoint, const char *caller) {
    (void)caller;
    machine_t *machine = of(endpoint);
    if (++machine->rings != machine->settings.answer_after_rings) return;
    machine->answer_at = exchange.now + 1 + (int64_t)(machine->settings.answer_delay_ms * SAMPLES_PER_MS);
}

static void machine_step(endpoint_t *endpoint) {
    machine_t *machine = of(endpoint);
    if (endpoint->call == NULL) {
        machine->answer_at = 0;
        machine->rings = 0;
        return;
    }
    if (machine->answer_at != 0 && exchange.now >= machine->answer_at) {
        machine->answer_at = 0;
        machine->rings = 0;
        call_answer(endpoint->call);
    } else if (machine->fax != NULL && machine->t30_ended
               && exchange.now >= machine->t30_ended_at + HANG_UP_AFTER_MS * SAMPLES_PER_MS) {
        call_hang_up(endpoint->call, endpoint, "T.30 ended");
        finish(machine);
    }
}

static void machine_transmit(endpoint_t *endpoint, int16_t block[BLOCK]) {
    machine_t *machine = of(endpoint);
    if (machine->fax != NULL) fax_tx(machine->fax, block, BLOCK);
}

static void machine_receive(endpoint_t *endpoint, int16_t block[BLOCK]) {
    machine_t *machine = of(endpoint);
    if (machine->fax != NULL) fax_rx(machine->fax, block, BLOCK);
}

static bool machine_no(endpoint_t *endpoint) {
    (void)endpoint;
    return false;
}

static void machine_destroy(endpoint_t *endpoint) {
    finish(of(endpoint));
    free(endpoint);
}

static const endpoint_kind_t MACHINE = {
    .kind = "machine",
    .can_be_rung = machine_can_be_rung,
    .ring = machine_ring,
    .connected = machine_connected,
    .failed = machine_failed,
    .released = machine_released,
    .transmit = machine_transmit,
    .receive = machine_receive,
    .step = machine_step,
    .host_has_to_act = machine_no,
    .wants_real_time = machine_no,
    .destroy = machine_destroy,
};

endpoint_t *machine_create(const json_object_t *command, const char **error) {
    machine_t *machine = calloc(1, sizeof(*machine));
    if (machine == NULL) {
        *error = "no memory";
        return NULL;
    }
    machine->endpoint.kind = &MACHINE;
    normalise_number(machine->endpoint.number, json_text(command, "number", ""));
    machine->settings = (machine_settings_t){
        .ecm = true,
        .modems = T30_SUPPORT_V27TER | T30_SUPPORT_V29 | T30_SUPPORT_V17,
        .compressions = T30_SUPPORT_T4_1D_COMPRESSION | T30_SUPPORT_T4_2D_COMPRESSION | T30_SUPPORT_T6_COMPRESSION,
        .resolutions = T30_SUPPORT_FINE_RESOLUTION | T30_SUPPORT_SUPERFINE_RESOLUTION | T30_SUPPORT_R16_RESOLUTION
                       | T30_SUPPORT_300_300_RESOLUTION | T30_SUPPORT_400_400_RESOLUTION,
        .widths = T30_SUPPORT_215MM_WIDTH | T30_SUPPORT_255MM_WIDTH | T30_SUPPORT_303MM_WIDTH,
        .answer_after_rings = 1,
    };
    snprintf(machine->settings.local_id, sizeof(machine->settings.local_id), "%.20s", machine->endpoint.number);
    *error = machine_configure(&machine->endpoint, command);
    if (*error == NULL) return &machine->endpoint;
    free(machine);
    return NULL;
}

const char *machine_call(endpoint_t *endpoint, const json_object_t *command) {
    if (endpoint->call != NULL) return "the machine has a call already";
    machine_t *machine = of(endpoint);
    const char *send = json_text(command, "send", "");
    if (send[0] == '\0' && machine->settings.receive_to[0] == '\0') return "neither send nor receiveTo is known";
    if (strlen(send) >= sizeof(machine->send)) return "the path is too long";
    snprintf(machine->send, sizeof(machine->send), "%s", send);
    return call_place(endpoint, json_text(command, "to", "")) == NULL ? "no memory" : NULL;
}

bool endpoint_is_machine(const endpoint_t *endpoint) {
    return endpoint->kind == &MACHINE;
}
