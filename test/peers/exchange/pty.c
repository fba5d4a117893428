// The serial port of a modem: a pseudo terminal whose slave the host opens, by its path or by a link to it.

#define _GNU_SOURCE
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool make_link(const pty_t *pty) {
    if (pty->link[0] == '\0') return true;
    unlink(pty->link);
    return symlink(pty->slave, pty->link) == 0;
}

// A port echoes nothing and changes no octet, even for a host that opens it and sets nothing.
static bool make_raw(const char *slave) {
    const int port = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (port < 0) return false;
    struct termios settings;
    bool done = tcgetattr(port, &settings) == 0;
    if (done) {
        cfmakeraw(&settings);
        cfsetspeed(&settings, B115200);
        done = tcsetattr(port, TCSANOW, &settings) == 0;
    }
    // Closing it also makes poll() on the master say that nobody is there until a host comes.
    close(port);
    return done;
}

bool pty_plug(pty_t *pty) {
    if (pty->master >= 0) return true;
    pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (pty->master < 0) return false;
    pty->host_present = false;
    pty->input_length = pty->output_length = pty->lost = 0;
    if (grantpt(pty->master) == 0 && unlockpt(pty->master) == 0
        && ptsname_r(pty->master, pty->slave, sizeof(pty->slave)) == 0 && make_raw(pty->slave)
        && make_link(pty)) {
        return true;
    }
    pty_unplug(pty);
    return false;
}

void pty_unplug(pty_t *pty) {
    if (pty->master < 0) return;
    if (pty->link[0] != '\0') unlink(pty->link);
    close(pty->master);
    pty->master = -1;
    pty->host_present = false;
    pty->input_length = pty->output_length = 0;
}

bool pty_polled(pty_t *pty, short events) {
    const bool present = (events & POLLHUP) == 0;
    const bool left = pty->host_present && !present;
    pty->host_present = present;
    if (left) pty->input_length = pty->output_length = pty->lost = 0;
    return left;
}

void pty_read(pty_t *pty) {
    if (pty->master < 0 || pty->input_length == PTY_INPUT) return;
    const ssize_t got = read(pty->master, pty->input + pty->input_length, PTY_INPUT - pty->input_length);
    if (got > 0) pty->input_length += (size_t)got;
}

void pty_drop_input(pty_t *pty, size_t count) {
    memmove(pty->input, pty->input + count, pty->input_length - count);
    pty->input_length -= count;
}

void pty_write(pty_t *pty, const uint8_t *octets, size_t length) {
    // Without a host there is no wire to put octets on.
    if (!pty->host_present) return;
    const size_t room = PTY_OUTPUT - pty->output_length;
    const size_t taken = length < room ? length : room;
    memcpy(pty->output + pty->output_length, octets, taken);
    pty->output_length += taken;
    pty->lost += length - taken;
    pty_flush(pty);
}

void pty_flush(pty_t *pty) {
    if (pty->master < 0 || pty->output_length == 0) return;
    const ssize_t written = write(pty->master, pty->output, pty->output_length);
    if (written <= 0) return;
    memmove(pty->output, pty->output + written, pty->output_length - (size_t)written);
    pty->output_length -= (size_t)written;
}
