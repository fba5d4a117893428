// What a test wants to happen to a call at a given point of it: a silent line, noise, a released line.

#include "cuts.h"

#include <math.h>
#include <string.h>

enum { MAX_CUTS = 64 };

typedef struct {
    bool used;
    char number[MAX_NUMBER];
    cut_point_t point;
    char frame[JSON_MAX_NAME];
    // The nth frame of that name, or the nth page.
    int count;
    double delay_ms;
    bool due_known;
    int64_t due;
    cut_t cut;
} planned_cut_t;

static planned_cut_t plan[MAX_CUTS];

static bool concerns(const planned_cut_t *planned, const endpoint_t *from, const endpoint_t *to) {
    if (!planned->used) return false;
    return (from != NULL && strcmp(planned->number, from->number) == 0)
           || (to != NULL && strcmp(planned->number, to->number) == 0);
}

const char *cuts_add(const json_object_t *command) {
    planned_cut_t planned = {.used = true, .point = POINT_ANSWERED};
    const char *how = json_text(command, "how", "release");
    if (strcmp(how, "release") == 0) planned.cut.action = CUT_RELEASE;
    else if (strcmp(how, "silence") == 0) planned.cut.action = CUT_SILENCE;
    else if (strcmp(how, "noise") == 0) planned.cut.action = CUT_NOISE;
    else return "how must be release, silence or noise";
    planned.cut.for_ms = json_number(command, "forMs", INFINITY);
    planned.cut.noise_dbm0 = json_number(command, "noiseDb", -20);
    planned.delay_ms = json_number(command, "delayMs", 0);
    const char *at = json_text(command, "at", "now");
    if (strcmp(at, "frame") == 0) planned.point = POINT_FRAME;
    else if (strcmp(at, "pageData") == 0) planned.point = POINT_PAGE_DATA;
    else if (strcmp(at, "ringing") == 0) planned.point = POINT_RINGING;
    else if (strcmp(at, "now") == 0) {
        planned.due_known = true;
        planned.due = exchange.now + (int64_t)(planned.delay_ms * SAMPLES_PER_MS);
    } else if (strcmp(at, "answer") != 0) return "at must be now, ringing, answer, frame or pageData";
    planned.count = (int)json_number(command, planned.point == POINT_PAGE_DATA ? "page" : "count", 1);
    strncpy(planned.frame, json_text(command, "frame", ""), sizeof(planned.frame) - 1);
    const endpoint_t *endpoint = find_endpoint(json_text(command, "number", ""));
    if (endpoint == NULL) return "no such number";
    memcpy(planned.number, endpoint->number, sizeof(planned.number));
    for (int i = 0; i < MAX_CUTS; i++) {
        if (plan[i].used) continue;
        plan[i] = planned;
        return NULL;
    }
    return "too many cuts are planned";
}

void cuts_reached(const endpoint_t *from, const endpoint_t *to, cut_point_t point, const char *frame, int page) {
    for (int i = 0; i < MAX_CUTS; i++) {
        planned_cut_t *planned = &plan[i];
        if (!concerns(planned, from, to) || planned->due_known || planned->point != point) continue;
        if (point == POINT_FRAME && (strcmp(planned->frame, frame) != 0 || --planned->count > 0)) continue;
        if (point == POINT_PAGE_DATA && planned->count != page) continue;
        planned->due_known = true;
        planned->due = exchange.now + (int64_t)(planned->delay_ms * SAMPLES_PER_MS);
    }
}

bool cuts_take_due(const endpoint_t *from, const endpoint_t *to, cut_t *cut) {
    for (int i = 0; i < MAX_CUTS; i++) {
        planned_cut_t *planned = &plan[i];
        if (!concerns(planned, from, to) || !planned->due_known || planned->due > exchange.now) continue;
        *cut = planned->cut;
        planned->used = false;
        return true;
    }
    return false;
}

void cuts_call_ended(const endpoint_t *from, const endpoint_t *to) {
    for (int i = 0; i < MAX_CUTS; i++) {
        if (concerns(&plan[i], from, to)) plan[i].used = false;
    }
}
