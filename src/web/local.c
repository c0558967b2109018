#define _GNU_SOURCE /* SO_PEERCRED, accept4, open_memstream */
#include "web/local.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A request: "varde1", the number of words, each behind its length.  A reply: the error's
** number, what was printed, the error's sentence.  Numbers are 4 bytes, least first. */
enum { WORDS = 64, WORD = 16 << 10, PRINTED = 16 << 20, PATIENCE_S = 30 };
static const char NAME[] = "varde.sock", HELLO[] = "varde1";

struct local {
    struct house *house;
    local_verb *run;
    int fd, folder;
    int stop[2]; /* a byte in it ends the thread */
    pthread_t thread;
};

/* A path of any length: the folder by its descriptor. */
static struct sockaddr_un name_in(int folder)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/%s", folder, NAME);
    return a;
}

static bool put(int fd, const void *at, size_t n)
{
    const char *p = at;
    while (n > 0) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

static bool take(int fd, void *at, size_t n)
{
    char *p = at;
    while (n > 0) {
        ssize_t k = recv(fd, p, n, 0);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

static bool put_text(int fd, const char *at, size_t n)
{
    u8 len[4] = {(u8)n, (u8)(n >> 8), (u8)(n >> 16), (u8)(n >> 24)};
    return put(fd, len, 4) && put(fd, at, n);
}

static bool take_number(int fd, u32 *n)
{
    u8 b[4];
    if (!take(fd, b, 4)) return false;
    *n = b[0] | (u32)b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
    return true;
}

static bool take_text(int fd, u32 most, struct str *out, struct arena *a)
{
    u32 n = 0;
    if (!take_number(fd, &n) || n > most) return false;
    char *p = NEW_RAW(a, char, n + 1);
    if (!take(fd, p, n)) return false;
    p[n] = 0;
    *out = (struct str){p, n};
    return true;
}

/* --- the server's end ----------------------------------------------------------- */

static bool same_user(int fd)
{
    struct ucred who;
    socklen_t n = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && who.uid == geteuid();
}

static void answer(struct local *l, int fd, struct arena *a)
{
    char hello[sizeof HELLO - 1];
    const char *argv[WORDS + 1] = {"varde"};
    u32 n = 0;
    if (!take(fd, hello, sizeof hello) || memcmp(hello, HELLO, sizeof hello) != 0 ||
        !take_number(fd, &n) || n == 0 || n > WORDS)
        return;
    for (u32 i = 0; i < n; i++) {
        struct str word;
        if (!take_text(fd, WORD, &word, a)) return;
        argv[i] = word.at;
    }
    char *text = NULL;
    size_t len = 0;
    struct err e = {0};
    FILE *out = open_memstream(&text, &len);
    if (!out) return;
    int code = l->run(l->house, (int)n, argv, out, &e);
    fclose(out);
    u8 number[4] = {(u8)code, (u8)(code >> 8), 0, 0};
    if (put(fd, number, 4) && put_text(fd, text, MIN(len, (size_t)PRINTED)))
        (void)put_text(fd, e.text, strlen(e.text));
    free(text);
}

static void *listening(void *arg)
{
    struct local *l = arg;
    struct arena a = arena_reserve((isize)1 << 30);
    struct pollfd p[2] = {{l->fd, POLLIN, 0}, {l->stop[0], POLLIN, 0}};
    while (a.base) {
        if (poll(p, 2, -1) < 0 && errno != EINTR) break;
        if (p[1].revents) break;
        if (!p[0].revents) continue;
        int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) continue;
        struct timeval patience = {.tv_sec = PATIENCE_S};
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        struct arena each = a;
        if (same_user(fd)) answer(l, fd, &each);
        close(fd);
    }
    arena_release(&a);
    return NULL;
}

static int listen_in(struct local *l, const char *folder, struct err *e)
{
    l->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_un at = name_in(l->folder);
    bool fine = l->folder >= 0 && l->fd >= 0 && pipe2(l->stop, O_CLOEXEC) == 0;
    if (fine) (void)unlinkat(l->folder, NAME, 0); /* of a process that is gone */
    /* 0600 from the first moment: the socket's own mode is what bind gives it */
    fine = fine && fchmod(l->fd, 0600) == 0 &&
           bind(l->fd, (const struct sockaddr *)&at, sizeof at) == 0 &&
           fchmodat(l->folder, NAME, 0600, 0) == 0 && listen(l->fd, 8) == 0;
    if (!fine)
        return err_set(e, E_IO, "%s/%s: cannot be listened on: %s", folder, NAME,
                       strerror(errno));
    return OK;
}

static void let_go(struct local *l)
{
    if (l->fd >= 0) close(l->fd);
    if (l->folder >= 0) close(l->folder);
    for (int i = 0; i < 2; i++)
        if (l->stop[i] >= 0) close(l->stop[i]);
    free(l);
}

int local_start(struct house *h, local_verb *run, struct local **out, struct err *e)
{
    *out = NULL;
    struct local *l = calloc(1, sizeof *l);
    if (!l) return err_set(e, E_NO_MEMORY, "no memory for a listener");
    *l = (struct local){.house = h, .run = run, .fd = -1, .folder = -1, .stop = {-1, -1}};
    int code = listen_in(l, house_folder(h), e);
    if (code == OK && pthread_create(&l->thread, NULL, listening, l) != 0)
        code = err_set(e, E_IO, "the system gives no thread for a listener");
    if (code != OK) {
        let_go(l);
        return code;
    }
    *out = l;
    return OK;
}

void local_stop(struct local *l)
{
    if (!l) return;
    (void)!write(l->stop[1], "", 1);
    pthread_join(l->thread, NULL);
    (void)unlinkat(l->folder, NAME, 0);
    let_go(l);
}

/* --- the caller's end ------------------------------------------------------------- */

static int broken(struct err *e)
{
    return err_set(e, E_BUSY,
                   "the server that has this data folder did not answer; see whether the "
                   "change was made before trying again");
}

static int talk(int fd, int argc, const char *const *argv, FILE *out, struct err *e)
{
    u8 count[4] = {(u8)argc, 0, 0, 0};
    struct arena a = arena_reserve(2 * (isize)PRINTED);
    struct str printed, said;
    u32 code = 0;
    if (!a.base) return err_set(e, E_NO_MEMORY, "no memory for an answer");
    bool fine = put(fd, HELLO, sizeof HELLO - 1) && put(fd, count, 4);
    for (int i = 0; i < argc && fine; i++) fine = put_text(fd, argv[i], strlen(argv[i]));
    fine = fine && take_number(fd, &code) && take_text(fd, PRINTED, &printed, &a) &&
           take_text(fd, WORD, &said, &a);
    int rc = fine ? (int)code : broken(e);
    if (fine) fwrite(printed.at, 1, (size_t)printed.n, out);
    if (fine && code) err_set(e, rc, "%.*s", FMT(said));
    arena_release(&a);
    return rc;
}

int local_ask(const char *folder, int argc, const char *const *argv, FILE *out,
              struct err *e)
{
    if (argc < 1 || argc > WORDS) return err_set(e, E_USAGE, "too many words");
    int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC),
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un at = name_in(dir);
    int code = OK;
    if (dir < 0 || fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof at) != 0 ||
        !same_user(fd))
        code = err_set(e, E_BUSY,
                       "another program has %s, and no server of this user answers there",
                       folder);
    if (code == OK) code = talk(fd, argc, argv, out, e);
    if (dir >= 0) close(dir);
    if (fd >= 0) close(fd);
    return code;
}
