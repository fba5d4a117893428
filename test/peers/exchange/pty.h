// The serial port of a modem: a pseudo terminal whose slave the host opens, by its path or by a link to it.

#ifndef EXCHANGE_PTY_H
#define EXCHANGE_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PTY_PATH = 256, PTY_INPUT = 8192, PTY_OUTPUT = 65536 };

typedef struct {
    // -1 while unplugged.
    int master;
    char slave[PTY_PATH];
    // Empty when none is wanted.
    char link[PTY_PATH];
    bool host_present;
    uint8_t input[PTY_INPUT];
    size_t input_length;
    uint8_t output[PTY_OUTPUT];
    size_t output_length;
    // Octets that found no room, since the host did not read; whoever tells of them sets this to 0.
    size_t lost;
} pty_t;

// Makes the pseudo terminal and its link; false when the system refuses.
bool pty_plug(pty_t *pty);
// The port vanishes: the host reads an end of file or an error.
void pty_unplug(pty_t *pty);

// What poll() said about the master. True when the host has just closed the port, as a modem sees DTR fall.
bool pty_polled(pty_t *pty, short events);

void pty_read(pty_t *pty);
void pty_drop_input(pty_t *pty, size_t count);
void pty_write(pty_t *pty, const uint8_t *octets, size_t length);
void pty_flush(pty_t *pty);

#endif
