#!/usr/bin/env python3
"""usage: topic_texts.py OUT.c data/help/due.en.md ...

The texts of the help (src/web/topic.h) as a table in C: topic, language, text."""
import os, sys

out, files = sys.argv[1], sys.argv[2:]
with open(out, "w", encoding="ascii") as f:
    f.write('/* Made by tools/topic_texts.py. */\n#include "web/topic_texts.h"\n\n')
    f.write("const struct topic_file topic_texts[] = {\n")
    for path in files:
        topic, lang = os.path.basename(path).removesuffix(".md").split(".")
        text = open(path, "rb").read()
        f.write(f'{{"{topic}", "{lang}", {len(text)},\n')
        for line in text.splitlines(keepends=True):
            f.write('"' + "".join(chr(c) if 32 <= c < 127 and c not in b'"\\?' else f"\\{c:03o}" for c in line) + '"\n')
        f.write("},\n")
    f.write(f"}};\nconst isize help_texts_n = {len(files)};\n")
