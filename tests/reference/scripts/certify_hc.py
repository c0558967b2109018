"""Checks the HC standard errors of the 'ols' cases against exact rational arithmetic and replaces what is off by more
than 1e-10: R's sandwich multiplies (X'X)^-1 (X'WX) (X'X)^-1 in doubles and keeps 8 digits on near-collinear data.
Usage: certify_hc.py DIR; after certify_ols.py.  Formulas of main effects of numbers only; others are left as they are."""
import csv, json, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from nist_lib import Fr, inv, sq, f, mp

def tail2(t, df): return float(mp.betainc(mp.mpf(df) / 2, 0.5, 0, df / (df + mp.mpf(t) ** 2), regularized=True))

def main(out):
    for fn in sorted(os.listdir(os.path.join(out, "cases"))):
        path = os.path.join(out, "cases", fn); c = json.load(open(path))
        if c["kind"] != "ols": continue
        R = list(csv.DictReader(open(os.path.join(out, c["data"][0])))); lhs, rhs = [s.strip() for s in c["call"]["formula"].split("~")]
        terms = [s.strip() for s in rhs.split("+")] if rhs != "." else [k for k in R[0] if k != lhs]
        try: rows = [([Fr(1)] + [Fr(r[t]) for t in terms], Fr(r[lhs])) for r in R]
        except (KeyError, ValueError): continue
        X, y = [r[0] for r in rows], [r[1] for r in rows]; n, p = len(X), len(X[0])
        I = inv([[sum(x[a] * x[b] for x in X) for b in range(p)] for a in range(p)])
        c0 = [sum(x[a] * v for x, v in zip(X, y)) for a in range(p)]; b = [sum(I[a][j] * c0[j] for j in range(p)) for a in range(p)]
        e = [v - sum(x[j] * b[j] for j in range(p)) for x, v in zip(X, y)]
        G = [[sum(I[j][k] * x[k] for k in range(p)) for j in range(p)] for x in X]; h = [sum(g[j] * x[j] for j in range(p)) for g, x in zip(G, X)]
        weight = dict(HC0=lambda v: mp.mpf(1), HC1=lambda v: mp.mpf(n) / (n - p), HC2=lambda v: 1 / (1 - v), HC3=lambda v: 1 / (1 - v) ** 2, HC4=lambda v: (1 - v) ** -min(mp.mpf(4), n * v / p))
        m = lambda q: mp.mpf(q.numerator) / q.denominator
        off = 0
        def put(o, key, v):
            nonlocal off
            if abs(o[key] - v) > 1e-10 * abs(v): o[key] = v; off += 1
        for j, name in enumerate(["(Intercept)"] + terms):
            o = c["expected"]["coefficients"][name]
            for k, w in weight.items(): put(o, "se_" + k, float(mp.sqrt(mp.fsum(w(m(h[i])) * m(e[i] * G[i][j]) ** 2 for i in range(n)))))
            t = m(b[j]) / mp.sqrt(mp.fsum(weight["HC3"](m(h[i])) * m(e[i] * G[i][j]) ** 2 for i in range(n)))
            put(o, "t_HC3", float(t)); put(o, "p_HC3", tail2(t, n - p))
        print("%-28s %3d values replaced" % (c["id"], off))
        if off:
            c["notes"] += "; HC values replaced by exact ones (certify_hc.py)"
            with open(path, "w") as fo: json.dump(c, fo, indent=1, ensure_ascii=False); fo.write("\n")

if __name__ == "__main__": main(sys.argv[1])
