// What a test tells the exchange: one JSON object per line, each answered by a `reply` event.

#ifndef EXCHANGE_COMMANDS_H
#define EXCHANGE_COMMANDS_H

#include "exchange.h"

// Carries out one line. False when the exchange shall stop.
bool command_run(const char *line);

#endif
