/* A raw client: it sends what it is told, also what no browser would send. */
#ifndef VARDE_TESTS_WEB_CLIENT_H
#define VARDE_TESTS_WEB_CLIENT_H

#include "base/str.h"

int client_tcp(int port); /* a socket, or -1; reading gives up after 30 s */
int client_unix(const char *path);
bool client_send(int fd, struct str s);
/* What comes until the other side closes; NULL text when it did not within 30 s. */
struct str client_all(int fd, struct arena *a);
/* Until `end` has come, closed or not. */
struct str client_until(int fd, const char *end, struct arena *a);
/* Sends, reads to the end, closes. */
struct str client_ask(int port, struct str s, struct arena *a);
/* "200 400": the status of each reply in a stream. */
struct str client_statuses(struct str s, struct arena *a);

#endif
