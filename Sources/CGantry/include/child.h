// What the child does between clone and exec: raw system calls and calls that are safe in a signal handler
// only.
#ifndef GANTRY_CHILD_H
#define GANTRY_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#define GANTRY_CLOSE_RANGE_CLOEXEC (1U << 2)
// Most groups that one process is put into: one for each controller of a version 1 hierarchy.
#define GANTRY_GROUP_LIMIT 8
// Most folders that others are laid over in the view of one process.
#define GANTRY_COVER_LIMIT 8
// A program that is being written is tried again for half a second: far longer than another start takes.
#define GANTRY_BUSY_TRIES 50
#define GANTRY_BUSY_MILLISECONDS 10

// The step at which a start failed.
enum gantry_place {
    GANTRY_AT_PIPE = 1,
    GANTRY_AT_CLONE,
    GANTRY_AT_NAMESPACE,
    GANTRY_AT_PRIVATE_MOUNTS,
    GANTRY_AT_PROC,
    GANTRY_AT_HIDDEN_PATH,
    GANTRY_AT_PRIVATE_FOLDER,
    GANTRY_AT_SHARED_MEMORY,
    GANTRY_AT_GROUP,
    GANTRY_AT_STREAM,
    GANTRY_AT_SESSION,
    GANTRY_AT_LIMIT,
    GANTRY_AT_USER,
    GANTRY_AT_DIRECTORY,
    GANTRY_AT_PARENT,
    GANTRY_AT_PROGRAM,
    // The program is there, and what its first line or its loader names is not.
    GANTRY_AT_INTERPRETER,
};

// `index` says which of several: the path, the group, the limit or the candidate program.
struct gantry_failure {
    int32_t place;
    int32_t code;
    int32_t index;
};

// Lists end with NULL. All memory belongs to the caller and is only read.
struct gantry_request {
    // Full paths, tried in order, as a search of PATH gives them.
    char *const *programs;
    char *const *arguments;
    char *const *variables;
    char *const *groups;
    char *const *hidden;
    // Folders that others are laid over, and those, in the same order.
    char *const *covered;
    char *const *covers;
    // The part of `hidden` and `covered` that stays visible (the working directory), or NULL.
    const char *visible;
    // Options of a tmpfs over /dev/shm, or NULL.
    const char *shared_memory;
    const char *directory;
    int input, output, error;
    uid_t uid;
    gid_t gid;
    // 0 keeps the limit.
    uint64_t open_files, processes;
    unsigned char change_user, new_session, die_with_parent, namespaces, no_new_privileges;
};

static inline int gantry_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }

static inline __attribute__((noreturn)) void gantry_exit(int code) {
    for (;;) syscall(SYS_exit_group, code);
}

static inline __attribute__((noreturn)) void gantry_fail(int report, int place, int index) {
    struct gantry_failure failure = {place, errno, index};
    ssize_t sent = write(report, &failure, sizeof failure);
    (void)sent;
    gantry_exit(127);
}

// Closes, or marks as close-on-exec, every descriptor from `first` on.
static inline void gantry_shut_from(unsigned first, unsigned flags) {
    if (syscall(SYS_close_range, first, ~0U, flags) == 0) return;
    struct rlimit limit;
    rlim_t last = getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
    for (rlim_t descriptor = first; descriptor < last; descriptor++) {
        if (flags) {
            fcntl((int)descriptor, F_SETFD, FD_CLOEXEC);
        } else {
            close((int)descriptor);
        }
    }
}

// By raw calls: Glibc's refuses its own two signals, which a parent may have left ignored all the same.
static inline void gantry_default_signals(void) {
    // The kernel's structure, all zero in every architecture's order: SIG_DFL, no flags, no mask.
    static const unsigned char normal[64] = {0};
    for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, normal, NULL, 8);
}

// Puts the three streams in place; the sources may themselves be 0, 1 or 2. Returns the moved report pipe.
static inline int gantry_place_streams(const struct gantry_request *request, int report) {
    int moved = fcntl(report, F_DUPFD_CLOEXEC, 3);
    if (moved < 0) gantry_fail(report, GANTRY_AT_STREAM, 0);
    int sources[3] = {request->input, request->output, request->error};
    for (int stream = 0; stream < 3; stream++) {
        sources[stream] = fcntl(sources[stream], F_DUPFD_CLOEXEC, 3);
        if (sources[stream] < 0) gantry_fail(moved, GANTRY_AT_STREAM, stream);
    }
    for (int stream = 0; stream < 3; stream++) {
        if (dup2(sources[stream], stream) < 0) gantry_fail(moved, GANTRY_AT_STREAM, stream);
    }
    return moved;
}

static inline void gantry_own_group(const struct gantry_request *request, int report) {
    if (request->new_session) {
        if (setsid() < 0) gantry_fail(report, GANTRY_AT_SESSION, 0);
    } else if (setpgid(0, 0) != 0) {
        gantry_fail(report, GANTRY_AT_SESSION, 0);
    }
}

// Dies when the thread that spawned it does. A parent that died before the call is seen by its end of the
// pipe.
static inline void gantry_watch_parent(int report) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) gantry_fail(report, GANTRY_AT_PARENT, 0);
    struct pollfd end = {report, 0, 0};
    if (poll(&end, 1, 0) > 0 && (end.revents & POLLERR)) gantry_exit(127);
}

// Writes "0", which means the writer itself, so that no number of another namespace is ever needed.
static inline void gantry_join_groups(const struct gantry_request *request, int report) {
    for (int index = 0; request->groups[index]; index++) {
        int file = open(request->groups[index], O_WRONLY | O_CLOEXEC);
        if (file < 0 || write(file, "0", 1) != 1) gantry_fail(report, GANTRY_AT_GROUP, index);
        close(file);
    }
}

// Changes the user with raw calls: Glibc's would signal threads that are not in this process.
static inline void gantry_become_user(const struct gantry_request *request, int report) {
    if (!request->change_user) return;
    int same = getuid() == request->uid && geteuid() == request->uid && getgid() == request->gid
        && getegid() == request->gid;
    if (same && request->uid != 0) return;
    if (syscall(SYS_setgroups, 0, NULL) != 0
        || syscall(SYS_setresgid, request->gid, request->gid, request->gid) != 0
        || syscall(SYS_setresuid, request->uid, request->uid, request->uid) != 0)
        gantry_fail(report, GANTRY_AT_USER, 0);
}

// Tries each candidate as execvp does: what is missing or forbidden is passed over, and forbidden is
// remembered.
static inline __attribute__((noreturn)) void gantry_execute(const struct gantry_request *request, int report) {
    int forbidden = -1;
    for (int index = 0; request->programs[index]; index++) {
        execve(request->programs[index], request->arguments, request->variables);
        // Busy: a child of another thread still holds a copy of the descriptor that wrote the program, until
        // its exec.
        for (int tries = 0; errno == ETXTBSY && tries < GANTRY_BUSY_TRIES; tries++) {
            poll(NULL, 0, GANTRY_BUSY_MILLISECONDS);
            execve(request->programs[index], request->arguments, request->variables);
        }
        if (errno == ENOENT && access(request->programs[index], F_OK) == 0) {
            errno = ENOENT;
            gantry_fail(report, GANTRY_AT_INTERPRETER, index);
        }
        if (errno == EACCES && forbidden < 0) forbidden = index;
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
            gantry_fail(report, GANTRY_AT_PROGRAM, index);
    }
    errno = forbidden >= 0 ? EACCES : ENOENT;
    gantry_fail(report, GANTRY_AT_PROGRAM, forbidden >= 0 ? forbidden : 0);
}

// Turns the child into the program; runs with all signals blocked until the last moment.
static inline __attribute__((noreturn)) void gantry_run_program(const struct gantry_request *request, int report) {
    gantry_default_signals();
    gantry_own_group(request, report);
    if (!request->namespaces) gantry_join_groups(request, report);
    report = gantry_place_streams(request, report);
    gantry_shut_from(3, GANTRY_CLOSE_RANGE_CLOEXEC);
    umask(022);
    // A dump of a program's memory puts its secrets into a file. What wants dumps may raise the limit again.
    struct rlimit dump;
    if (getrlimit(RLIMIT_CORE, &dump) == 0) {
        dump.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &dump);
    }
    if (request->open_files) {
        struct rlimit limit = {request->open_files, request->open_files};
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) gantry_fail(report, GANTRY_AT_LIMIT, 0);
    }
    if (request->processes) {
        struct rlimit limit = {request->processes, request->processes};
        if (setrlimit(RLIMIT_NPROC, &limit) != 0) gantry_fail(report, GANTRY_AT_LIMIT, 1);
    }
    gantry_become_user(request, report);
    if (request->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        gantry_fail(report, GANTRY_AT_USER, 0);
    // After the change of user, which clears it; in a namespace of its own the end of init is the end of all.
    if (request->die_with_parent && !request->namespaces) gantry_watch_parent(report);
    if (request->directory && chdir(request->directory) != 0) gantry_fail(report, GANTRY_AT_DIRECTORY, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    gantry_execute(request, report);
}

#endif
