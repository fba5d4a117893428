// Flat JSON: one object of strings, numbers and booleans per line, in both directions.

#include "json.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reader_present = true;

static const char *skip_space(const char *at) {
    while (isspace((unsigned char)*at)) at++;
    return at;
}

static bool append(char *into, size_t size, size_t *length, unsigned char octet) {
    if (*length + 1 >= size) return false;
    into[(*length)++] = (char)octet;
    into[*length] = '\0';
    return true;
}

static bool append_code_point(char *into, size_t size, size_t *length, unsigned code) {
    if (code < 0x80) return append(into, size, length, (unsigned char)code);
    if (code < 0x800) {
        return append(into, size, length, (unsigned char)(0xC0 | (code >> 6)))
               && append(into, size, length, (unsigned char)(0x80 | (code & 0x3F)));
    }
    return append(into, size, length, (unsigned char)(0xE0 | (code >> 12)))
           && append(into, size, length, (unsigned char)(0x80 | ((code >> 6) & 0x3F)))
           && append(into, size, length, (unsigned char)(0x80 | (code & 0x3F)));
}

// Reads a string from its opening quote on. NULL when it is not one or is too long.
static const char *parse_string(const char *at, char *into, size_t size) {
    size_t length = 0;
    into[0] = '\0';
    if (*at++ != '"') return NULL;
    while (*at != '"') {
        if (*at == '\0') return NULL;
        if (*at != '\\') {
            if (!append(into, size, &length, (unsigned char)*at++)) return NULL;
            continue;
        }
        static const char escapes[] = "\"\\/bfnrt";
        static const char meanings[] = "\"\\/\b\f\n\r\t";
        const char escape = *++at;
        if (escape == '\0') return NULL;
        at++;
        if (escape == 'u') {
            char digits[5] = {0};
            for (int i = 0; i < 4; i++) {
                if (!isxdigit((unsigned char)at[i])) return NULL;
                digits[i] = at[i];
            }
            at += 4;
            if (!append_code_point(into, size, &length, (unsigned)strtoul(digits, NULL, 16))) return NULL;
            continue;
        }
        const char *found = strchr(escapes, escape);
        if (found == NULL || !append(into, size, &length, (unsigned char)meanings[found - escapes])) return NULL;
    }
    return at + 1;
}

static const char *parse_word(const char *at, char *into, size_t size) {
    size_t length = 0;
    into[0] = '\0';
    while (*at != '\0' && *at != ',' && *at != '}' && !isspace((unsigned char)*at)) {
        if (*at == '{' || *at == '[' || *at == '"') return NULL;
        if (!append(into, size, &length, (unsigned char)*at++)) return NULL;
    }
    return length == 0 ? NULL : at;
}

bool json_parse(json_object_t *object, const char *line) {
    object->count = 0;
    const char *at = skip_space(line);
    if (*at++ != '{') return false;
    at = skip_space(at);
    if (*at == '}') return *skip_space(at + 1) == '\0';
    for (;;) {
        if (object->count == JSON_MAX_FIELDS) return false;
        json_field_t *field = &object->fields[object->count];
        at = parse_string(at, field->name, sizeof(field->name));
        if (at == NULL) return false;
        at = skip_space(at);
        if (*at++ != ':') return false;
        at = skip_space(at);
        at = *at == '"' ? parse_string(at, field->text, sizeof(field->text))
                        : parse_word(at, field->text, sizeof(field->text));
        if (at == NULL) return false;
        object->count++;
        at = skip_space(at);
        if (*at == '}') return *skip_space(at + 1) == '\0';
        if (*at++ != ',') return false;
        at = skip_space(at);
    }
}

const char *json_text(const json_object_t *object, const char *name, const char *otherwise) {
    for (int i = 0; i < object->count; i++) {
        if (strcmp(object->fields[i].name, name) == 0) return object->fields[i].text;
    }
    return otherwise;
}

double json_number(const json_object_t *object, const char *name, double otherwise) {
    const char *text = json_text(object, name, NULL);
    if (text == NULL) return otherwise;
    char *end = NULL;
    const double value = strtod(text, &end);
    return end == text || *end != '\0' || !isfinite(value) ? otherwise : value;
}

bool json_flag(const json_object_t *object, const char *name, bool otherwise) {
    const char *text = json_text(object, name, NULL);
    return text == NULL ? otherwise : strcmp(text, "true") == 0;
}

static void print_string(const char *text) {
    putchar('"');
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') printf("\\%c", *at);
        else if (*at < 0x20 || *at >= 0x7F) printf("\\u%04x", *at);
        else putchar(*at);
    }
    putchar('"');
}

void event_begin(const char *name, double at_ms) {
    fputs("{\"event\":", stdout);
    print_string(name);
    printf(",\"atMs\":%.3f", at_ms);
}

void event_text(const char *name, const char *text) {
    printf(",\"%s\":", name);
    if (text == NULL) fputs("null", stdout);
    else print_string(text);
}

void event_number(const char *name, double value) {
    printf(",\"%s\":%.10g", name, value);
}

void event_flag(const char *name, bool value) {
    printf(",\"%s\":%s", name, value ? "true" : "false");
}

void event_hex(const char *name, const uint8_t *octets, int length) {
    printf(",\"%s\":\"", name);
    for (int i = 0; i < length; i++) printf("%02x", octets[i]);
    putchar('"');
}

void event_end(void) {
    fputs("}\n", stdout);
    if (fflush(stdout) != 0) reader_present = false;
}

bool event_reader_present(void) {
    return reader_present;
}
