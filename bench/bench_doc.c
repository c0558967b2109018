/* The sample report of tests/report (ten tables, six figures) in each format. */
#define _GNU_SOURCE /* mkdtemp */
#include "base/file.h"
#include "bench.h"
#include "../tests/report/sample.h"
#include <stdlib.h>
#include <unistd.h>

static void write_all(struct bench *b, struct arena tmp, doc_writer **write, isize n)
{
    /* In memory: a disk's file system waits when a file is replaced, and that is not
    ** ours. */
    char dir[] = "/dev/shm/varde-bench-XXXXXX";
    struct err e;
    if (!mkdtemp(dir)) abort();
    struct doc *d = sample_report(LANG_EN, &tmp);
    bench_start(b);
    for (isize i = 0; i < b->loops; i++)
        for (isize k = 0; k < n; k++)
            if (write[k](d, dir, tmp, &e) != OK) abort();
    struct file_names names;
    if (file_list(dir, &names, &tmp, &e) != OK) abort();
    for (isize i = 0; i < names.n; i++)
        unlink(file_join(&tmp, dir, str_c(names.at[i], &tmp)));
    rmdir(dir);
    b->unit = "report";
}

BENCH(doc_build)
{
    bench_start(b);
    for (isize i = 0; i < b->loops; i++) {
        struct arena one = tmp;
        bench_keep((double)sample_report(LANG_EN, &one)->n);
    }
    b->unit = "report";
}

BENCH(doc_html)
{
    write_all(b, tmp, (doc_writer *[]){doc_html}, 1);
}

BENCH(doc_html_csv_json)
{
    write_all(b, tmp, (doc_writer *[]){doc_html, doc_csv, doc_json}, 3);
}

BENCH(doc_pdf)
{
    write_all(b, tmp, (doc_writer *[]){doc_pdf}, 1);
}
