// What an agent asks of the system about itself: signals as a descriptor, and the environment that it was given.
#ifndef GANTRY_AGENT_H
#define GANTRY_AGENT_H

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

extern char **environ;

// Blocks the signals in this thread and those it starts, and returns a descriptor that they are read from, or -1.
static inline int gantry_signal_inbox(const int *numbers, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int at = 0; at < count; at++) sigaddset(&set, numbers[at]);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

// Returns the next signal, or 0 when none waits.
static inline int gantry_next_signal(int inbox) {
    struct signalfd_siginfo info;
    return read(inbox, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

static inline char *const *gantry_environment(void) { return environ; }

#endif
