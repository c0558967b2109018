#!/usr/bin/env python3
"""usage: statements.py OUT.h OUT.c MIGRATIONS_DIR FILE.sql...

Every named statement of the store as a constant:
    -- name: visit_due  args: site, today
    -- A remark, kept out.
    SELECT ...;
becomes `extern const struct sql SQL_visit_due[1]`, and every file of the migrations folder an
entry of migration_list, in the order of their numbers.  Refused: a name that stands twice, a place $n without a
named argument, an argument that is never used, a statement outside a name.
"""
import os, re, sys


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
    with open(header, "w") as h:
        h.write('#ifndef VARDE_STORE_STATEMENTS_H\n#define VARDE_STORE_STATEMENTS_H\n#include "store/db.h"\n')
        h.write(f"enum {{ SQL_N = {max(len(found), 1)}, MIGRATION_N = {len(steps)} }};\n")
        for name, _, _ in found:
            h.write(f"extern const struct sql SQL_{name}[1];\n")
        h.write("extern const struct sql *const sql_list[SQL_N];\n")
        h.write("struct migration {\n    const char *name, *text;\n};\nextern const struct migration migration_list[MIGRATION_N];\n#endif\n")
    with open(source, "w") as c:
        c.write('#include "store/statements.h"\n')
        for i, (name, n, body) in enumerate(found):
            c.write(f'const struct sql SQL_{name}[1] = {{{{"{name}",\n{c_text(body)},\n    {i}, {n}}}}};\n')
        c.write("const struct sql *const sql_list[SQL_N] = {\n" + "".join(f"    SQL_{n},\n" for n, _, _ in found) + "};\n")
        c.write("const struct migration migration_list[MIGRATION_N] = {\n")
        for f in steps:
            c.write(f'    {{"{f[:-4]}",\n{c_text(open(os.path.join(migrations, f), encoding="utf-8").read())}}},\n')
        c.write("};\n")


main()
