// A telephone exchange for tests: fax modems on pseudo terminals and fax machines, their audio crossed over.
// Commands come in on standard input, events go out on standard output, one flat JSON object per line.

#define _GNU_SOURCE
#include "exchange.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "commands.h"
#include "modem.h"

enum { MAX_POLLED = MAX_MODEMS + 1, COMMAND_LINE = 16384 };

// In fast pacing, so long (modelled) a connected line may be silent before time falls back to real: the next thing
// to happen may be a timer of the host's, which runs on real time.
enum { SHORT_PAUSE_MS = 400 };

// How often the hosts are looked at while time stands, at least: a ring's window or a turn's limit may end.
enum { STANDING_POLL_MS = 5 };

// Further behind than this real-time pacing does not catch up.
enum { MAX_LAG_MS = 200 };

exchange_t exchange = {
    .speed = 1e6,
    .host_turn_ms = 3000,
    .noise_dbm0 = NAN,
    .gain = 1,
    .max_call_ms = 45 * 60 * 1000,
    .max_silence_ms = 120 * 1000,
    .ring_ms = 6000,
};

static char command_line[COMMAND_LINE];
static size_t command_length;
static bool stopping;

double now_ms(void) {
    return (double)exchange.now / SAMPLES_PER_MS;
}

double real_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1000.0 + (double)time.tv_nsec / 1e6;
}

void begin_endpoint_event(const char *name, const endpoint_t *endpoint) {
    event_begin(name, now_ms());
    event_text("number", endpoint->number);
}

void normalise_number(char into[MAX_NUMBER], const char *number) {
    size_t length = 0;
    for (const char *at = number; *at != '\0' && length + 1 < MAX_NUMBER; at++) {
        if (isdigit((unsigned char)*at) || *at == '*' || *at == '#') into[length++] = *at;
    }
    memset(into + length, 0, MAX_NUMBER - length);
}

endpoint_t *find_endpoint(const char *number) {
    char wanted[MAX_NUMBER];
    normalise_number(wanted, number);
    for (endpoint_t *endpoint = exchange.endpoints; endpoint != NULL; endpoint = endpoint->next) {
        if (strcmp(endpoint->number, wanted) == 0) return endpoint;
    }
    return NULL;
}

void add_endpoint(endpoint_t *endpoint) {
    endpoint->next = exchange.endpoints;
    exchange.endpoints = endpoint;
}

static void read_commands(void) {
    const ssize_t got = read(STDIN_FILENO, command_line + command_length, sizeof(command_line) - 1 - command_length);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) {
        stopping = true;
        return;
    }
    command_length += (size_t)got;
    char *end;
    while (!stopping && (end = memchr(command_line, '\n', command_length)) != NULL) {
        *end = '\0';
        stopping = !command_run(command_line);
        const size_t used = (size_t)(end - command_line) + 1;
        memmove(command_line, command_line + used, command_length - used);
        command_length -= used;
    }
    // A line without an end is no command.
    if (command_length == sizeof(command_line) - 1) stopping = true;
}

// Standard input and all ports; waits for them up to `timeout_ms` of real time.
static void look_at_ports(int timeout_ms) {
    struct pollfd polled[MAX_POLLED] = {{.fd = STDIN_FILENO, .events = POLLIN}};
    modem_t *modems[MAX_POLLED] = {NULL};
    nfds_t count = 1;
    for (endpoint_t *endpoint = exchange.endpoints; endpoint != NULL && count < MAX_POLLED; endpoint = endpoint->next) {
        if (!endpoint_is_modem(endpoint)) continue;
        modem_t *modem = (modem_t *)endpoint;
        if (modem->pty.master < 0) continue;
        short events = modem->pty.input_length < PTY_INPUT ? POLLIN : 0;
        if (modem->pty.output_length > 0) events |= POLLOUT;
        polled[count] = (struct pollfd){.fd = modem->pty.master, .events = events};
        modems[count++] = modem;
    }
    // A port that nobody has open would end every wait at once: such ones are asked first, without waiting.
    struct timespec none = {0};
    if (ppoll(polled, count, &none, NULL) == 0 && timeout_ms > 0) {
        poll(polled, count, timeout_ms);
    } else if (timeout_ms > 0) {
        bool something = (polled[0].revents & (POLLIN | POLLHUP)) != 0;
        for (nfds_t i = 1; i < count; i++) {
            const bool closed = (polled[i].revents & POLLHUP) != 0;
            something = something || (polled[i].revents & ~POLLHUP) != 0 || closed == modems[i]->pty.host_present;
            if (closed) polled[i].fd = -1;
        }
        if (!something) {
            poll(polled, count, timeout_ms);
            for (nfds_t i = 1; i < count; i++) {
                if (polled[i].fd == -1) polled[i].revents = POLLHUP;
            }
        }
    }
    for (nfds_t i = 1; i < count; i++) {
        const bool was_present = modems[i]->pty.host_present;
        if (pty_polled(&modems[i]->pty, polled[i].revents)) modem_host_left(modems[i]);
        if (was_present != modems[i]->pty.host_present) {
            begin_endpoint_event(was_present ? "hostClosed" : "hostOpened", &modems[i]->endpoint);
            event_end();
        }
        if ((polled[i].revents & POLLIN) != 0 && modems[i]->pty.host_present) pty_read(&modems[i]->pty);
        if ((polled[i].revents & POLLOUT) != 0) pty_flush(&modems[i]->pty);
    }
    if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) read_commands();
}

static void take_input(void) {
    for (endpoint_t *endpoint = exchange.endpoints; endpoint != NULL; endpoint = endpoint->next) {
        if (endpoint_is_modem(endpoint)) modem_take_input((modem_t *)endpoint);
    }
}

// 20 ms of modelled time.
static void run_block(void) {
    for (endpoint_t *endpoint = exchange.endpoints; endpoint != NULL; endpoint = endpoint->next) {
        endpoint->kind->step(endpoint);
    }
    for (call_t *call = exchange.calls; call != NULL; call = call_next(call)) call_step(call);
    for (call_t *call = exchange.calls; call != NULL;) {
        call_t *next = call_next(call);
        if (call_ended(call)) call_destroy(call);
        call = next;
    }
    exchange.now += BLOCK;
}

static bool host_has_to_act(void) {
    for (endpoint_t *endpoint = exchange.endpoints; endpoint != NULL; endpoint = endpoint->next) {
        if (endpoint->kind->host_has_to_act(endpoint)) return true;
    }
    return false;
}

// True while time may run ahead: something is under way, and no timer of a host's decides what comes next.
static bool may_run_ahead(void) {
    if (exchange.calls == NULL) return false;
    for (endpoint_t *endpoint = exchange.endpoints; endpoint != NULL; endpoint = endpoint->next) {
        if (endpoint->kind->wants_real_time(endpoint)) return false;
    }
    for (call_t *call = exchange.calls; call != NULL; call = call_next(call)) {
        if (call_has_host(call) && call_quiet_ms(call) > SHORT_PAUSE_MS) return false;
    }
    return true;
}

// What lets modelled time go on.
typedef enum { PACE_REAL, PACE_AHEAD, PACE_STANDS } pace_t;

// In fast pacing time stands while it is a host's turn, up to a limit, and else runs ahead when it may.
static pace_t pace_now(double *host_turn_since) {
    if (!exchange.fast) return PACE_REAL;
    const double now = real_ms();
    if (!host_has_to_act()) {
        *host_turn_since = -1;
        return may_run_ahead() ? PACE_AHEAD : PACE_REAL;
    }
    if (*host_turn_since < 0) *host_turn_since = now;
    return now - *host_turn_since < exchange.host_turn_ms ? PACE_STANDS : PACE_REAL;
}

static void run(void) {
    double host_turn_since = -1;
    double next_block_at = real_ms();
    pace_t pace = PACE_REAL;
    while (!stopping && event_reader_present()) {
        const double wait_ms = pace == PACE_STANDS ? STANDING_POLL_MS : next_block_at - real_ms();
        look_at_ports(wait_ms <= 0 ? 0 : (int)ceil(wait_ms));
        take_input();
        const pace_t before = pace;
        pace = pace_now(&host_turn_since);
        const double now = real_ms();
        if (pace == PACE_STANDS) continue;
        const double block_ms = pace == PACE_AHEAD ? BLOCK_MS / exchange.speed : BLOCK_MS;
        if (pace != before) next_block_at = pace == PACE_AHEAD ? now : now + block_ms;
        if (now < next_block_at) continue;
        if (now - next_block_at > MAX_LAG_MS) next_block_at = now;
        run_block();
        next_block_at += block_ms;
    }
}

static bool read_options(int count, char *const words[]) {
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? words[i + 1] : NULL;
        if (strcmp(words[i], "--fast") == 0) {
            exchange.fast = true;
            continue;
        }
        if (value == NULL) return false;
        if (strcmp(words[i], "--speed") == 0) exchange.speed = atof(value);
        else if (strcmp(words[i], "--noise-db") == 0) exchange.noise_dbm0 = atof(value);
        else if (strcmp(words[i], "--loss-db") == 0) exchange.gain = pow(10, -fabs(atof(value)) / 20);
        else if (strcmp(words[i], "--host-turn-ms") == 0) exchange.host_turn_ms = atoi(value);
        else if (strcmp(words[i], "--ring-ms") == 0) exchange.ring_ms = atoi(value);
        else if (strcmp(words[i], "--max-call-ms") == 0) exchange.max_call_ms = atoi(value);
        else if (strcmp(words[i], "--max-silence-ms") == 0) exchange.max_silence_ms = atoi(value);
        else return false;
        i++;
    }
    return exchange.speed >= 1 && exchange.ring_ms > 0 && exchange.max_call_ms > 0 && exchange.max_silence_ms > 0;
}

int main(int count, char *words[]) {
    if (!read_options(count, words)) {
        fputs("usage: exchange [--fast] [--speed FACTOR] [--noise-db DBM0] [--loss-db DB]\n"
              "                [--host-turn-ms MS] [--ring-ms MS] [--max-call-ms MS] [--max-silence-ms MS]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    event_begin("ready", now_ms());
    event_flag("fast", exchange.fast);
    event_end();
    run();
    while (exchange.calls != NULL) {
        call_release(exchange.calls, "exchange stopped");
        call_destroy(exchange.calls);
    }
    while (exchange.endpoints != NULL) {
        endpoint_t *endpoint = exchange.endpoints;
        exchange.endpoints = endpoint->next;
        endpoint->kind->destroy(endpoint);
    }
    return 0;
}
