// Subscribers without a fax: a voice, a silent line, somebody who hangs up at once.

#ifndef EXCHANGE_SPECIAL_H
#define EXCHANGE_SPECIAL_H

#include "exchange.h"

endpoint_t *special_create(const json_object_t *command, const char **error);

#endif
