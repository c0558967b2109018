/* The texts of the help as they came with the program; made by tools/topic_texts.py. */
#ifndef VARDE_WEB_TOPIC_TEXTS_H
#define VARDE_WEB_TOPIC_TEXTS_H

#include "base/types.h"

struct topic_file {
    const char *topic, *lang;
    isize n;
    const char *text;
};
extern const struct topic_file topic_texts[];
extern const isize help_texts_n;

#endif
