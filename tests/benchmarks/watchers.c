/* A crowd that watches a run: each asks for its newest message over a connection of its own, as
 * often as it is told to, and reads the answer without unpacking it.
 *
 *     watchers PORT HOST WATCHERS SECONDS PATH [PATH ...]
 *
 * Python's clients were the limit at some 600 answers a second; these take 20 µs each. Watcher n asks
 * for path n modulo their number, comes from one of twenty addresses of the loopback net, and stays
 * with replica a or b. It prints one line of JSON. Bounded: 2,000 watchers, 300 seconds. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 2000, HEAD = 4096, SLOTS = 20000 };
enum { AGAIN_MS = 400, PATIENCE_MS = 20000 };
enum state { RESTING, CONNECTING, ASKED, READING };

struct watcher {
  int fd;
  enum state state;
  double due, began, before;
  char head[HEAD], seen[64];
  size_t have, left;
  int status, wait_ms, resent;
};

static struct watcher all[MOST];
static long answers, unchanged, failed, reopened, bytes, late_slots[SLOTS];
static long waits_told, waits_sum;
static int epoll, port, paths;
static const char *host;
static char **path;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void listen_for(struct watcher *w, unsigned events, int op) {
  struct epoll_event e = {.events = events, .data.ptr = w};
  epoll_ctl(epoll, op, w->fd, &e);
}

static void hang_up(struct watcher *w) {
  if (w->fd >= 0) close(w->fd);
  w->fd = -1;
}

static void fail(struct watcher *w, const char *why) {
  static int said;
  if (said++ < 5) fprintf(stderr, "watcher %ld: %s\n", (long)(w - all), why);
  failed++;
  hang_up(w);
  w->state = RESTING;
  w->due = now_ms() + 1000;
}

static void ask(struct watcher *w) {
  char text[1024];
  long n = w - all;
  char after[128] = "";
  if (w->before > 0)
    snprintf(after, sizeof after, "&after=%.0f%s%s", w->began - w->before, *w->seen ? "&seen=" : "",
             w->seen);
  int size = snprintf(text, sizeof text,
                      "GET %s%s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\n"
                      "Cookie: REPLICA=%c\r\n\r\n",
                      path[n % paths], after, host, n % 2 ? 'b' : 'a');
  w->have = w->left = 0;
  w->status = 0;
  w->state = ASKED;
  if (send(w->fd, text, size, MSG_NOSIGNAL) != size) fail(w, "cannot ask");
}

static void open_connection(struct watcher *w) {
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
  char address[32];
  snprintf(address, sizeof address, "127.0.1.%ld", 1 + (w - all) % 20);
  inet_pton(AF_INET, address, &from.sin_addr);
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  to.sin_port = htons(port);
  w->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  bind(w->fd, (struct sockaddr *)&from, sizeof from);
  if (connect(w->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
    fail(w, "cannot connect");
    return;
  }
  w->state = CONNECTING;
  listen_for(w, EPOLLOUT, EPOLL_CTL_ADD);
}

static void begin(struct watcher *w) {
  w->before = w->began;
  w->began = now_ms();
  w->resent = 0;
  if (w->fd < 0) open_connection(w);
  else ask(w);
}

static void answered(struct watcher *w) {
  double now = now_ms(), took = now - w->began;
  if (w->status == 200) answers++;
  else if (w->status == 204) unchanged++;
  else {
    { static char why[40]; snprintf(why, sizeof why, "status %d", w->status); fail(w, why); }
    return;
  }
  late_slots[took < SLOTS - 1 ? (long)took : SLOTS - 1]++;
  waits_told++;
  waits_sum += w->wait_ms;
  w->state = RESTING;
  w->due = w->began + w->wait_ms;
  if (w->due < now + 100) w->due = now + 100;
}

static void read_head(struct watcher *w, char *end) {
  char *field;
  *end = 0;
  w->status = w->have > 12 ? atoi(w->head + 9) : 0;
  field = strcasestr(w->head, "\r\ncontent-length:");
  w->left = field && w->status != 204 ? strtoul(field + 17, NULL, 10) : 0;
  field = strcasestr(w->head, "\r\netag: W/\"");
  if (field) sscanf(field + 11, "%63[0-9a-f]", w->seen);
  field = strcasestr(w->head, "\r\nsoftmax-again:");
  w->wait_ms = field ? atoi(field + 16) : AGAIN_MS;
}

static void take(struct watcher *w) {
  char piece[65536];
  ssize_t got;
  while ((got = recv(w->fd, piece, sizeof piece, 0)) > 0) {
    char *body = piece;
    bytes += got;
    if (w->state == ASKED) {
      size_t room = HEAD - 1 - w->have, taken = (size_t)got < room ? (size_t)got : room;
      memcpy(w->head + w->have, piece, taken);
      w->head[w->have + taken] = 0;
      char *end = strstr(w->head, "\r\n\r\n");
      if (!end) {
        w->have += taken;
        if (w->have >= HEAD - 1) fail(w, "a long head");
        continue;
      }
      size_t before = w->have;
      w->have += taken;
      body = piece + (end + 4 - w->head - before);
      read_head(w, end);
      w->state = READING;
    }
    size_t more = piece + got - body;
    w->left -= more < w->left ? more : w->left;
    if (w->state == READING && !w->left) {
      answered(w);
      return;
    }
  }
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    int was_asked = w->state == ASKED && !w->have && !w->resent;
    hang_up(w);
    if (w->state == RESTING) return;
    if (was_asked) { /* a kept connection that was closed just now: a browser asks once more */
      reopened++;
      open_connection(w);
      w->resent = 1;
    } else fail(w, "closed in an answer");
  }
}

static long slot_of(double share) {
  long total = 0, seen = 0;
  for (int n = 0; n < SLOTS; n++) total += late_slots[n];
  for (int n = 0; n < SLOTS; n++)
    if ((seen += late_slots[n]) >= share * total) return n;
  return 0;
}

int main(int count, char **given) {
  if (count < 6) return 2;
  port = atoi(given[1]);
  host = given[2];
  int watchers = atoi(given[3]);
  double seconds = atof(given[4]);
  path = given + 5;
  paths = count - 5;
  if (watchers > MOST) watchers = MOST;
  if (seconds > 300) seconds = 300;
  epoll = epoll_create1(0);
  double start = now_ms(), end = start + seconds * 1e3;
  for (int n = 0; n < watchers; n++) /* they come one after the other, within three seconds */
    all[n] = (struct watcher){.fd = -1, .due = start + 3000.0 * n / watchers, .wait_ms = AGAIN_MS};
  for (double now = start; now < end; now = now_ms()) {
    for (int n = 0; n < watchers; n++) {
      struct watcher *w = all + n;
      if (w->state == RESTING && w->due <= now) begin(w);
      else if (w->state != RESTING && now - w->began > PATIENCE_MS) fail(w, "no answer");
    }
    struct epoll_event events[256];
    int ready = epoll_wait(epoll, events, 256, 5);
    for (int n = 0; n < ready; n++) {
      struct watcher *w = events[n].data.ptr;
      if (w->fd < 0) continue;
      if (w->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
          fail(w, strerror(error));
          continue;
        }
        listen_for(w, EPOLLIN, EPOLL_CTL_MOD);
        ask(w);
      } else take(w);
    }
  }
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double lasted = (now_ms() - start) / 1e3;
  printf("{\"seconds\": %.1f, \"answers\": %ld, \"unchanged\": %ld, \"failed\": %ld, "
         "\"reopened\": %ld, \"bytes\": %ld, \"again_ms\": %.0f, \"p50_ms\": %ld, \"p95_ms\": %ld, "
         "\"p99_ms\": %ld, \"processor\": %.2f}\n",
         lasted, answers, unchanged, failed, reopened, bytes,
         waits_told ? (double)waits_sum / waits_told : 0.0, slot_of(0.5), slot_of(0.95),
         slot_of(0.99),
         used.ru_utime.tv_sec + used.ru_stime.tv_sec +
             (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
  return 0;
}
