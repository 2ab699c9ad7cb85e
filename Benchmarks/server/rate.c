// Asks one address at a constant rate and prints how long the answers took, as JSON in microseconds.
//
// usage: rate PORT RATE SECONDS CONNECTIONS
//
// Open loop: request N is due at start + N / RATE whatever became of those before, and its time counts from when it was
// due, so that a server which stalls cannot hide it by being asked less. The first second is not counted.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP_SECONDS = 1, ANSWER_BYTES = 1 << 16, ANSWER_LIMIT_SECONDS = 5 };

struct connection {
    int socket;
    int64_t due;  // of the request under way, or 0
    size_t have;
    char answer[ANSWER_BYTES];
};

static const char request[] = "GET / HTTP/1.1\r\nHost: bench.example.com\r\nUser-Agent: rate\r\n\r\n";
static int port, poller;
static long errors, reconnects;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void connect_to(struct connection *c) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(c->socket, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("rate: connect");
        exit(1);
    }
    int on = 1;
    setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->socket, &event);
    c->due = 0;
    c->have = 0;
}

// 1 when the answer is whole, 0 when more is to come, -1 when it is not a good one.
static int is_whole(struct connection *c) {
    c->answer[c->have] = 0;
    char *end = strstr(c->answer, "\r\n\r\n");
    if (!end) return 0;
    char *length = strcasestr(c->answer, "\r\ncontent-length:");
    if (strncmp(c->answer, "HTTP/1.1 200", 12) != 0 || !length || length > end) return -1;
    size_t whole = (size_t)(end + 4 - c->answer) + strtoul(length + 17, NULL, 10);
    return c->have >= whole;
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double at(int64_t *sorted, long count, double part) {
    return count ? sorted[(long)(part * (count - 1))] / 1000.0 : 0;
}

int main(int argc, char **argv) {
    if (argc != 5) return 64;
    port = atoi(argv[1]);
    long rate = atol(argv[2]), seconds = atol(argv[3]) + WARM_UP_SECONDS, count = atol(argv[4]);
    long total = rate * seconds, uncounted = rate * WARM_UP_SECONDS, sent = 0, counted = 0;
    // The default slack of 50 us would be part of every time.
    prctl(PR_SET_TIMERSLACK, 1);
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct connection *all = calloc(count, sizeof *all), **idle = calloc(count, sizeof *idle);
    int64_t *times = calloc(total, sizeof *times);
    long idles = 0, waiting = 0;
    for (long i = 0; i < count; i++) {
        connect_to(&all[i]);
        idle[idles++] = &all[i];
    }
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, timer, &event);
    int64_t begin = now(), give_up = begin + (seconds + ANSWER_LIMIT_SECONDS) * 1000000000LL;
    while ((sent < total || waiting > 0) && now() < give_up) {
        while (sent < total && idles > 0 && begin + sent * 1000000000LL / rate <= now()) {
            struct connection *c = idle[--idles];
            c->due = begin + sent * 1000000000LL / rate;
            if (send(c->socket, request, sizeof request - 1, MSG_NOSIGNAL) < 0) errors++;
            sent++;
            waiting++;
        }
        // With no idle connection the next request waits for an answer, and its time runs.
        if (sent < total && idles > 0) {
            int64_t next = begin + sent * 1000000000LL / rate;
            struct itimerspec alarm = {.it_value = {next / 1000000000, next % 1000000000}};
            timerfd_settime(timer, TFD_TIMER_ABSTIME, &alarm, NULL);
        }
        struct epoll_event ready[64];
        int events = epoll_wait(poller, ready, 64, 1000);
        for (int i = 0; i < events; i++) {
            struct connection *c = ready[i].data.ptr;
            if (!c) {
                uint64_t ticks;
                if (read(timer, &ticks, sizeof ticks) < 0 && errno != EAGAIN) return 1;
                continue;
            }
            ssize_t got = recv(c->socket, c->answer + c->have, ANSWER_BYTES - 1 - c->have, 0);
            if (got <= 0) {
                int was_idle = c->due == 0;
                if (!was_idle) {
                    errors++;
                    waiting--;
                }
                close(c->socket);
                connect_to(c);
                reconnects++;
                if (!was_idle) idle[idles++] = c;
                continue;
            }
            c->have += got;
            int whole = is_whole(c);
            if (whole == 0) continue;
            if (whole < 0) errors++;
            long number = (c->due - begin) * rate / 1000000000LL;
            if (whole > 0 && number >= uncounted) times[counted++] = now() - c->due;
            c->due = 0;
            c->have = 0;
            waiting--;
            idle[idles++] = c;
        }
    }
    qsort(times, counted, sizeof *times, by_value);
    printf("{\"sent\": %ld, \"counted\": %ld, \"errors\": %ld, \"unanswered\": %ld, \"reconnects\": %ld, \"seconds\": %.3f, "
           "\"p50\": %.1f, \"p90\": %.1f, \"p99\": %.1f, \"p999\": %.1f, \"max\": %.1f}\n",
           sent, counted, errors, waiting, reconnects, (now() - begin) / 1e9, at(times, counted, 0.5),
           at(times, counted, 0.9), at(times, counted, 0.99), at(times, counted, 0.999), at(times, counted, 1));
    return 0;
}
