// Flat JSON: one object of strings, numbers and booleans per line, in both directions.

#ifndef EXCHANGE_JSON_H
#define EXCHANGE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_MAX_FIELDS = 48, JSON_MAX_NAME = 40, JSON_MAX_TEXT = 512 };

// Values are kept as text: `true`, `12.5` or the characters of a string.
typedef struct {
    char name[JSON_MAX_NAME];
    char text[JSON_MAX_TEXT];
} json_field_t;

typedef struct {
    json_field_t fields[JSON_MAX_FIELDS];
    int count;
} json_object_t;

// False when the line is not one flat object.
bool json_parse(json_object_t *object, const char *line);

// The field's text, or `otherwise` (which may be NULL) when there is none.
const char *json_text(const json_object_t *object, const char *name, const char *otherwise);
double json_number(const json_object_t *object, const char *name, double otherwise);
bool json_flag(const json_object_t *object, const char *name, bool otherwise);

// One event: begin, fields, end. `atMs` is the modelled time since the exchange was started.
void event_begin(const char *name, double at_ms);
void event_text(const char *name, const char *text);
void event_number(const char *name, double value);
void event_flag(const char *name, bool value);
void event_hex(const char *name, const uint8_t *octets, int length);
void event_end(void);

// False once nobody reads the events any more.
bool event_reader_present(void);

#endif
