#!/usr/bin/env python3
"""usage: routes.py routes.def > url_routes.h

For each route of the table the macros url_NAME and path_NAME (src/web/url.h).  Refused: one
name for two patterns, a line that is not read."""
import re, sys

path = sys.argv[1]
seen = {}
text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), open(path, encoding="utf-8").read(), flags=re.S)
for n, line in enumerate(text.splitlines(), 1):
    if not line.strip():
        continue
    m = re.match(r'ROUTE\("([A-Z]+)", "([^"]+)", (\w+), (\w+), "[^"]*"\)\s*$', line)
    if not m:
        sys.exit(f"{path}:{n}: not a line ROUTE(method, pattern, function, right, words)")
    name = re.sub(r"^(page|post)_", "", m.group(3))
    if seen.setdefault(name, m.group(2)) != m.group(2):
        sys.exit(f"{path}:{n}: {name} is the name of {seen[name]} already: another name for the function")
print("/* Made by tools/routes.py from routes.def. */")
for name, pattern in seen.items():
    x = [f"x{i}" for i in range(pattern.count("{"))]
    args = "".join(f", {v}" for v in x)
    given = "(const struct url_arg[]){" + ", ".join(f"URL_ARG({v})" for v in x) + f"}}, {len(x)}" if x else "NULL, 0"
    print(f'#define url_{name}(h{args}) url_put((h), "{pattern}", {given})')
    print(f'#define path_{name}(a{args}) url_path((a), "{pattern}", {given})')
