/* One writer: changes from many threads, in groups, each whole or not at all.
**
** A change is a closure over the writing connection.  Threads hand theirs in; the first
** that finds no leader leads: it takes all that wait, runs them in one transaction with a
** savepoint each (one that waits alone has the transaction to itself), commits once, and then all are answered.  Nobody is told "saved" before
** the disk has it, and one that fails takes nothing of the others with it.
**
** A closure may run twice (a commit that the engine refused is tried again, PostgreSQL's
** serialization failures among them), so it has no effect outside the database, and it
** never begins or commits a transaction itself.
**
** Checked: tests/store/test_writer.c (every closure once, in order of arrival; failures
** apart; n-th statement failing; threads), bench/bench_store.c. */
#ifndef VARDE_STORE_WRITER_H
#define VARDE_STORE_WRITER_H

#include "store/db.h"

struct writer;

typedef int writer_change(struct db *db, void *arg, struct err *e);

/* The writer owns db until it is closed. */
MUST_CHECK int writer_open(struct db *db, struct writer **out, struct err *e);
void writer_close(
    struct writer *w); /* waits for changes under way; closes the database */

/* Runs the change; returns when it is durable or refused. From any thread. */
MUST_CHECK int writer_run(struct writer *w, writer_change *f, void *arg, struct err *e);

/* db_kept of the writing connection; 0 also without a writer. */
u64 writer_kept(const struct writer *w);

/* How many changes were committed, in how many transactions. */
void writer_counts(struct writer *w, i64 *changes, i64 *commits);

#endif
