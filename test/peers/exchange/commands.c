// What a test tells the exchange: one JSON object per line, each answered by a `reply` event.

#include "commands.h"

#include <math.h>
#include <string.h>

#include "call.h"
#include "cuts.h"
#include "machine.h"
#include "modem.h"
#include "special.h"

typedef const char *(*action_t)(const json_object_t *command);

static endpoint_t *named(const json_object_t *command) {
    return find_endpoint(json_text(command, "number", ""));
}

static const char *number_taken(const json_object_t *command) {
    char number[MAX_NUMBER];
    normalise_number(number, json_text(command, "number", ""));
    if (number[0] == '\0') return "number is missing";
    return find_endpoint(number) == NULL ? NULL : "the number is taken";
}

static const char *add(const json_object_t *command, endpoint_t *(*create)(const json_object_t *, const char **)) {
    const char *error = number_taken(command);
    if (error != NULL) return error;
    endpoint_t *endpoint = create(command, &error);
    if (endpoint != NULL) add_endpoint(endpoint);
    return error;
}

static const char *add_modem(const json_object_t *command) {
    int modems = 0;
    for (endpoint_t *endpoint = exchange.endpoints; endpoint != NULL; endpoint = endpoint->next) {
        modems += endpoint_is_modem(endpoint) ? 1 : 0;
    }
    if (modems >= MAX_MODEMS) return "the exchange has no port left";
    return add(command, modem_create);
}

static const char *add_machine(const json_object_t *command) {
    return add(command, machine_create);
}

static const char *add_special(const json_object_t *command) {
    return add(command, special_create);
}

static const char *configure_machine(const json_object_t *command) {
    endpoint_t *endpoint = named(command);
    if (endpoint == NULL || !endpoint_is_machine(endpoint)) return "no such machine";
    return machine_configure(endpoint, command);
}

static const char *place_call(const json_object_t *command) {
    endpoint_t *endpoint = named(command);
    if (endpoint == NULL || !endpoint_is_machine(endpoint)) return "no such machine";
    return machine_call(endpoint, command);
}

static const char *set_line(const json_object_t *command) {
    static const char *const states[] = {"normal", "busy", "noAnswer", "noDialTone"};
    endpoint_t *endpoint = named(command);
    if (endpoint == NULL) return "no such number";
    for (int i = 0; i < 4; i++) {
        if (strcmp(json_text(command, "state", ""), states[i]) != 0) continue;
        endpoint->line = (line_state_t)i;
        return NULL;
    }
    return "state must be normal, busy, noAnswer or noDialTone";
}

static const char *set_noise(const json_object_t *command) {
    exchange.noise_dbm0 = json_number(command, "noiseDb", NAN);
    for (call_t *call = exchange.calls; call != NULL; call = call_next(call)) {
        call_set_noise(call, exchange.noise_dbm0);
    }
    return NULL;
}

static const char *hang_up(const json_object_t *command) {
    endpoint_t *endpoint = named(command);
    if (endpoint == NULL || endpoint->call == NULL) return "no call there";
    call_release(endpoint->call, "cut");
    return NULL;
}

static const char *unplug(const json_object_t *command) {
    endpoint_t *endpoint = named(command);
    if (endpoint == NULL || !endpoint_is_modem(endpoint)) return "no such modem";
    modem_unplug((modem_t *)endpoint);
    return NULL;
}

static const char *plug(const json_object_t *command) {
    endpoint_t *endpoint = named(command);
    if (endpoint == NULL || !endpoint_is_modem(endpoint)) return "no such modem";
    return modem_plug((modem_t *)endpoint) ? NULL : "no pseudo terminal or link could be made";
}

static const char *ping(const json_object_t *command) {
    (void)command;
    return NULL;
}

static const struct {
    const char *name;
    action_t action;
} ACTIONS[] = {
    {"addModem", add_modem},
    {"addMachine", add_machine},
    {"addSubscriber", add_special},
    {"configureMachine", configure_machine},
    {"call", place_call},
    {"setLine", set_line},
    {"noise", set_noise},
    {"cut", cuts_add},
    {"release", hang_up},
    {"unplug", unplug},
    {"plug", plug},
    {"ping", ping},
};

static const char *carry_out(const json_object_t *command) {
    const char *name = json_text(command, "command", "");
    for (size_t i = 0; i < sizeof(ACTIONS) / sizeof(ACTIONS[0]); i++) {
        if (strcmp(ACTIONS[i].name, name) == 0) return ACTIONS[i].action(command);
    }
    return "unknown command";
}

bool command_run(const char *line) {
    static json_object_t command;
    const bool understood = json_parse(&command, line);
    if (understood && strcmp(json_text(&command, "command", ""), "stop") == 0) return false;
    const char *error = understood ? carry_out(&command) : "not one flat JSON object";
    event_begin("reply", now_ms());
    event_number("id", understood ? json_number(&command, "id", 0) : 0);
    event_flag("ok", error == NULL);
    if (error != NULL) event_text("error", error);
    const endpoint_t *endpoint = error == NULL ? named(&command) : NULL;
    if (endpoint != NULL && endpoint_is_modem(endpoint)) {
        const pty_t *pty = &((const modem_t *)endpoint)->pty;
        event_text("path", pty->link[0] != '\0' ? pty->link : pty->slave);
        event_text("slave", pty->master < 0 ? NULL : pty->slave);
    }
    event_end();
    return true;
}
