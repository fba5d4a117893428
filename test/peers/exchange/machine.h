// An automatic fax machine on spandsp's T.30 engine: it answers and receives into TIFF files, sends, polls, is polled.

#ifndef EXCHANGE_MACHINE_H
#define EXCHANGE_MACHINE_H

#include "exchange.h"

// A new machine from the fields of an `addMachine` command; NULL and an error text when they make no sense.
endpoint_t *machine_create(const json_object_t *command, const char **error);

// Changes the fields that are given, from the next call on; an error text, or NULL.
const char *machine_configure(endpoint_t *endpoint, const json_object_t *command);

// Calls a number, to send the file of the field `send`, or to poll; an error text, or NULL.
const char *machine_call(endpoint_t *endpoint, const json_object_t *command);

bool endpoint_is_machine(const endpoint_t *endpoint);

#endif
