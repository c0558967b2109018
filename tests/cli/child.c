#define _GNU_SOURCE
#include "child.h"
#include "cli/cli.h"
#include "said.h"
#include "test.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct child child_start(const char *line, struct arena *a)
{
    int pipe_fd[2];
    const char *argv[40];
    int n = said_split(a, line, argv);
    if (pipe(pipe_fd) != 0) abort();
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        close(pipe_fd[0]);
        FILE *f = fdopen(pipe_fd[1], "w");
        if (getenv("LISTEN_FDS")) {
            char own[20];
            snprintf(own, sizeof own, "%d", (int)getpid());
            setenv("LISTEN_PID", own, 1);
        }
        int code = cli_run(n, argv, f, f, a);
        fflush(f);
        _exit(code);
    }
    close(pipe_fd[1]);
    return (struct child){pid, pipe_fd[0]};
}

/* Its words up to a line that ends a start, or all of them. */
struct str child_hear(struct child c, const char *until, struct arena *a)
{
    struct buf b = buf_in(a, 8192);
    char piece[512];
    isize n;
    while ((n = read(c.out, piece, sizeof piece)) > 0) {
        buf_put(&b, (struct str){piece, n});
        if (until && said_holds(buf_str(&b), until)) break;
    }
    return buf_str(&b);
}

int child_ended(struct child c)
{
    int status = 0;
    waitpid(c.pid, &status, 0);
    close(c.out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void child_expect(const char *line, int code, const char *piece, struct arena tmp)
{
    struct child c = child_start(line, &tmp);
    struct str said = child_hear(c, NULL, &tmp);
    int got = child_ended(c);
    test_check(got == code && said_holds(said, piece), __FILE__, __LINE__, "%s: %d %.*s",
               line, got, FMT(said));
}

int child_port(struct str said)
{
    isize at = str_find_str(said, S("127.0.0.1:"));
    return at < 0 ? 0 : (int)strtol(said.at + at + 10, NULL, 10);
}
