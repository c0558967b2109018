#!/usr/bin/env python3
"""usage: statements.py OUT.h OUT.c MIGRATIONS_DIR FILE.sql...

Every named statement of the store as a constant:
    -- name: visit_due  args: site, today
    -- A remark, kept out.
    SELECT ...;
becomes `extern const struct sql SQL_visit_due[1]`, and every file of the migrations folder an
entry of migration_list, in the order of their numbers.  Every table that they make becomes an
entry of table_list with the statements that read it in pages and write it back, once for each
set of columns it has had: backups walk it.  sql_keeps says of each statement whether it writes a
table of KEPT.  Refused: a name that stands twice, a place $n without a
named argument, an argument that is never used, a statement outside a name.
"""
import os, re, sys

# Tables of which the program keeps something in memory from one request to the next: who asks
# (app/faces.h) and what a study is made of (app/kits.h).  A commit that wrote one is noticed (db_kept).
KEPT = {"staff", "staff_role", "token", "session", "study", "study_uses", "definition"}


def writes_kept(text):
    return any(t in KEPT for t in re.findall(r"\b(?:INTO|UPDATE|FROM|TABLE)\s+(\w+)", text)) \
        and not re.match(r"\s*SELECT\b", text)


def fail(where, why):
    sys.exit(f"{where}: {why}")


def c_text(s):
    return "\n".join('    "' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"' for line in s.splitlines())


def statements(path):
    name, args, body, start = None, [], [], 0
    for n, line in enumerate(open(path, encoding="utf-8"), 1):
        m = re.match(r"-- name:\s*(\w+)\s*(?:args:\s*(.*))?$", line.rstrip())
        if m:
            if name:
                yield path, start, name, args, "".join(body)
            name, start, body = m.group(1), n, []
            args = [a.strip() for a in (m.group(2) or "").split(",") if a.strip()]
        elif line.strip() and not line.startswith("--"):
            if not name:
                fail(f"{path}:{n}", "a statement without a name")
            body.append(line)
    if name:
        yield path, start, name, args, "".join(body)


def pieces(body):
    """The comma-separated parts of a table's body, outside brackets."""
    part, depth = "", 0
    for c in body:
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += c
    yield part.strip()


TYPES = {"INTEGER": "i", "REAL": "r", "TEXT": "t", "BLOB": "b"}


def column(at, part):
    m = re.match(r"(\w+)\s+(INTEGER|REAL|TEXT|BLOB)\b", part)
    return (m.group(1), TYPES[m.group(2)]) if m else fail(at, f"a column that is not read: {part}")


def tables(migrations, steps):
    """[name, from step, to step, columns, key columns, identity], in the order they were made."""
    out, now, gone = [], {}, {}
    for step, f in enumerate(steps, 1):
        text = re.sub(r"--[^\n]*", "", open(os.path.join(migrations, f), encoding="utf-8").read())
        for s in (s.strip() for s in text.split(";")):
            m = re.match(r"CREATE TABLE (\w+) \((.*)\) STRICT(?:, WITHOUT ROWID)?$", s, re.S)
            if m:
                t = [m.group(1), step, None, [], [], None]
                for part in pieces(m.group(2)):
                    k = re.match(r"PRIMARY KEY \(([^)]*)\)", part)
                    if k:
                        t[4] = [c.strip() for c in k.group(1).split(",")]
                    elif not re.match(r"(CHECK|UNIQUE|FOREIGN KEY|CONSTRAINT)\b", part):
                        t[3].append(column(f, part))
                        if "PRIMARY KEY" in part:
                            t[4] = [t[3][-1][0]]
                            if re.match(r"\w+\s+INTEGER PRIMARY KEY", part):
                                t[5] = t[3][-1][0]
                if not t[4] or len(t[3]) > 40:
                    fail(f, f"{t[0]} needs a primary key and at most 40 columns: backups walk by it")
                now[t[0]] = t
                out.append(t)
                continue
            m = re.match(r"ALTER TABLE (\w+) ADD COLUMN (.*)$", s, re.S)
            if m:
                t = now[m.group(1)]
                if t[1] < step:
                    t[2] = step - 1
                    t = [t[0], step, None, list(t[3]), t[4], t[5]]
                    out.insert(out.index(now[t[0]]) + 1, t)
                    now[t[0]] = t
                t[3].append(column(f, m.group(2)))
                continue
            # Columns go and are renamed in the step that put others in their place.
            m = re.match(r"ALTER TABLE (\w+) DROP COLUMN (\w+)$", s)
            if m and now[m.group(1)][1] == step and m.group(2) not in now[m.group(1)][4]:
                now[m.group(1)][3] = [c for c in now[m.group(1)][3] if c[0] != m.group(2)]
                continue
            m = re.match(r"ALTER TABLE (\w+) RENAME COLUMN (\w+) TO (\w+)$", s)
            if m and now[m.group(1)][1] == step and m.group(2) not in now[m.group(1)][4]:
                now[m.group(1)][3] = [(m.group(3) if c == m.group(2) else c, k) for c, k in now[m.group(1)][3]]
                continue
            # A table made anew: the old one goes, and the new one takes its name and place.
            m = re.match(r"DROP TABLE (\w+)$", s)
            if m and now[m.group(1)][1] < step:
                gone[m.group(1)] = now.pop(m.group(1))
                gone[m.group(1)][2] = step - 1
                continue
            m = re.match(r"ALTER TABLE (\w+) RENAME TO (\w+)$", s)
            if m and now[m.group(1)][1] == step and m.group(2) in gone:
                t = now[m.group(2)] = now.pop(m.group(1))
                t[0] = m.group(2)
                out.remove(t)
                out.insert(out.index(gone.pop(t[0])) + 1, t)
                continue
            if re.match(r"(DROP TABLE|ALTER TABLE|CREATE TABLE)", s):
                fail(f, f"backups do not know how to walk after: {s[:60]}")
        if gone:
            fail(f, f"backups do not know where the rows of {', '.join(gone)} went")
    return out


def walk(t):
    """Statements over one table: name suffix, arguments, text."""
    name, _, _, columns, key, _ = t
    cols, keys = ", ".join(c for c, _ in columns), ", ".join(key)
    n = len(key)
    page = f"FROM {name}{{}} ORDER BY {keys} LIMIT ${{}}"
    after = f" WHERE ({keys}) > ({', '.join(f'${i}' for i in range(1, n + 1))})"
    yield "first", 1, f"SELECT {cols} " + page.format("", 1)
    yield "next", n + 1, f"SELECT {cols} " + page.format(after, n + 1)
    yield "put", len(columns), f"INSERT INTO {name} ({cols}) VALUES ({', '.join(f'${i + 1}' for i in range(len(columns)))})"
    yield "count", 0, f"SELECT COUNT(*) FROM {name}"
    yield "clear", 0, f"DELETE FROM {name}"


def main():
    header, source, migrations, files = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    found, seen = [], {}
    for path in sorted(files):
        for where, line, name, args, body in statements(path):
            at = f"{os.path.basename(where)}:{line}"
            body = body.strip().rstrip(";")
            used = {int(k) for k in re.findall(r"\$(\d+)", body)}
            if name in seen:
                fail(at, f"{name} stands in {seen[name]} too")
            if used != set(range(1, len(args) + 1)):
                fail(at, f"{name} names {len(args)} arguments and uses {sorted(used)}")
            if ";" in body:
                fail(at, f"{name} is more than one statement")
            seen[name] = at
            found.append((name, len(args), body))
    steps = sorted(f for f in os.listdir(migrations) if re.match(r"\d{4}_\w+\.sql$", f))
    for i, f in enumerate(steps, 1):
        if int(f[:4]) != i:
            fail(f, f"migrations are numbered without gaps; expected {i:04d}")
    walked = tables(migrations, steps)
    for t in walked:
        for kind, n, text in walk(t):
            found.append((f"all_{t[0]}_{t[1]}_{kind}", n, text))
    with open(header, "w") as h:
        h.write('#ifndef VARDE_STORE_STATEMENTS_H\n#define VARDE_STORE_STATEMENTS_H\n#include "store/db.h"\n')
        h.write(f"enum {{ SQL_N = {max(len(found), 1)}, MIGRATION_N = {len(steps)} }};\n")
        for name, _, _ in found:
            h.write(f"extern const struct sql SQL_{name}[1];\n")
        h.write("extern const struct sql *const sql_list[SQL_N];\nextern const bool sql_keeps[SQL_N];\n")
        h.write("struct migration {\n    const char *name, *text;\n};\nextern const struct migration migration_list[MIGRATION_N];\n")
        h.write(f"enum {{ TABLE_N = {len(walked)} }};\n")
        h.write("""/* A table as it is from one step of the schema to another (last 0: still). */
struct table {
    const char *name;
    int step, last, n; /* n columns */
    const char *columns; /* "id, file" */
    const char *types;   /* a letter a column: i r t b */
    int n_key, key[8];   /* places of the primary key's columns */
    const char *identity; /* the column that numbers itself, or NULL */
    const struct sql *first, *next, *put, *count, *clear;
};
extern const struct table table_list[TABLE_N];
#endif
""")
    with open(source, "w") as c:
        c.write('#include "store/statements.h"\n')
        # A migration is longer than what the standard asks of every compiler.
        c.write('#pragma GCC diagnostic ignored "-Woverlength-strings"\n')
        for i, (name, n, body) in enumerate(found):
            c.write(f'const struct sql SQL_{name}[1] = {{{{"{name}",\n{c_text(body)},\n    {i}, {n}}}}};\n')
        c.write("const struct sql *const sql_list[SQL_N] = {\n" + "".join(f"    SQL_{n},\n" for n, _, _ in found) + "};\n")
        c.write("const bool sql_keeps[SQL_N] = {\n" + "".join(f"    {int(writes_kept(t))}, /* {n} */\n" for n, _, t in found) + "};\n")
        c.write("const struct migration migration_list[MIGRATION_N] = {\n")
        for f in steps:
            c.write(f'    {{"{f[:-4]}",\n{c_text(open(os.path.join(migrations, f), encoding="utf-8").read())}}},\n')
        c.write("};\nconst struct table table_list[TABLE_N] = {\n")
        for name, step, last, columns, key, identity in walked:
            names = [k for k, _ in columns]
            sqls = ", ".join(f"SQL_all_{name}_{step}_{k}" for k in ("first", "next", "put", "count", "clear"))
            c.write(f'    {{"{name}", {step}, {last or 0}, {len(columns)}, "{", ".join(names)}", "{"".join(k for _, k in columns)}",\n'
                    f'     {len(key)}, {{{", ".join(str(names.index(k)) for k in key)}}}, {chr(34) + identity + chr(34) if identity else "NULL"},\n     {sqls}}},\n')
        c.write("};\n")


main()
