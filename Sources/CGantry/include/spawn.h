// Starts one program. Everything that can fail after the clone is reported through a pipe, with the step it
// failed at.
#ifndef GANTRY_SPAWN_H
#define GANTRY_SPAWN_H

#include "child.h"
#include "namespaces.h"

// The result of `gantry_spawn`: a process, or the step that failed.
struct gantry_spawned {
    pid_t pid;
    // With namespaces: where the wait status of the program can be read once `pid` has ended; else -1.
    int status;
    struct gantry_failure failure;
};

static inline void gantry_close_both(const int ends[2]) {
    close(ends[0]);
    close(ends[1]);
}

// Reads the child's report; returns 0 when the program runs (the pipe ended without one).
static inline int gantry_read_failure(int pipe_end, struct gantry_failure *failure) {
    ssize_t got;
    do {
        got = read(pipe_end, failure, sizeof *failure);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *failure ? -1 : 0;
}

static inline int gantry_spawn_failed(struct gantry_spawned *result, int place) {
    result->failure.place = place;
    result->failure.code = errno;
    return -1;
}

// Returns 0 once the program runs, or -1 with `failure` filled and nothing left behind. Must be called by a
// thread that lives as long as the process: PR_SET_PDEATHSIG watches the thread, not the process.
static inline int gantry_spawn(const struct gantry_request *request, struct gantry_spawned *result) {
    int report[2], status[2] = {-1, -1};
    *result = (struct gantry_spawned){.pid = -1, .status = -1};
    if (gantry_pipe(report) != 0) return gantry_spawn_failed(result, GANTRY_AT_PIPE);
    if (request->namespaces && gantry_pipe(status) != 0) {
        gantry_close_both(report);
        return gantry_spawn_failed(result, GANTRY_AT_PIPE);
    }
    // No handler of this process may run in the child.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    unsigned long flags = SIGCHLD | (request->namespaces ? GANTRY_NEW_NAMESPACES : 0);
    pid_t pid = (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
    if (pid == 0) {
        close(report[0]);
        if (request->namespaces) {
            close(status[0]);
            gantry_run_init(request, report[1], status[1]);
        }
        gantry_run_program(request, report[1]);
    }
    int clone_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (status[1] >= 0) close(status[1]);
    if (pid < 0) {
        close(report[0]);
        if (status[0] >= 0) close(status[0]);
        errno = clone_error;
        return gantry_spawn_failed(result, request->namespaces ? GANTRY_AT_NAMESPACE : GANTRY_AT_CLONE);
    }
    int failed = gantry_read_failure(report[0], &result->failure);
    close(report[0]);
    if (failed) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        if (status[0] >= 0) close(status[0]);
        return -1;
    }
    result->pid = pid;
    result->status = status[0];
    return 0;
}

#endif
