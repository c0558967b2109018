"""More NIST StRD problems from their tables in nist/data (public domain; BoxBOD, MGH10, MGH17, Rat43, Thurber, Eckerle4, Bennett5, Roszman1,
Nelson, Filip, Wampler4, Wampler5).  The answers are computed exactly from the table (rational arithmetic; 60 digits) and must agree
with NIST's certified estimates below to 10 digits, which also checks the tables.  Usage: make_nist_more.py NISTDIR"""
import csv, json, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from nist_lib import *

NL["MGH17"] = ("b1+b2*exp(-x*b4)+b3*exp(-x*b5)", lambda b, x: b[0] + b[1] * E(-x * b[3]) + b[2] * E(-x * b[4]))
NL["Bennett5"] = ("b1*(b2+x)^(-1/b3)", lambda b, x: b[0] * (b[1] + x) ** (-1 / b[2]))
NL["Roszman1"] = ("b1-b2*x-arctan(b3/(x-b4))/pi", lambda b, x: b[0] - b[1] * x - mp.atan(b[2] / (x - b[3])) / mp.pi)
NL["Nelson"] = ("log(y) ~ b1 - b2*x1 * exp(-b3*x2)", lambda b, x: b[0] - b[1] * x[0] * E(-b[2] * x[1]))
# difficulty, start 1, start 2, certified estimates
NONLINEAR = {
 "BoxBOD": ("higher", [1, 1], [100, 0.75], [2.1380940889E+02, 5.4723748542E-01]),
 "MGH10": ("higher", [2, 400000, 25000], [0.02, 4000, 250], [5.6096364710E-03, 6.1813463463E+03, 3.4522363462E+02]),
 "MGH17": ("average", [50, 150, -100, 1, 2], [0.5, 1.5, -1, 0.01, 0.02], [3.7541005211E-01, 1.9358469127E+00, -1.4646871366E+00, 1.2867534640E-02, 2.2122699662E-02]),
 "Rat43": ("higher", [100, 10, 1, 1], [700, 5, 0.75, 1.3], [6.9964151270E+02, 5.2771253025E+00, 7.5962938329E-01, 1.2792483859E+00]),
 "Thurber": ("higher", [1000, 1000, 400, 40, 0.7, 0.3, 0.03], [1300, 1500, 500, 75, 1, 0.4, 0.05], [1.2881396800E+03, 1.4910792535E+03, 5.8323836877E+02, 7.5416644291E+01, 9.6629502864E-01, 3.9797285797E-01, 4.9727297349E-02]),
 "Eckerle4": ("higher", [1, 10, 500], [1.5, 5, 450], [1.5543827178E+00, 4.0888321754E+00, 4.5154121844E+02]),
 "Bennett5": ("higher", [-2000, 50, 0.8], [-1500, 45, 0.85], [-2.5235058043E+03, 4.6736564644E+01, 9.3218483193E-01]),
 "Roszman1": ("average", [0.1, -0.00001, 1000, -100], [0.2, -0.000005, 1200, -150], [2.0196866396E-01, -6.1953516256E-06, 1.2044556708E+03, -1.8134269537E+02]),
 "Nelson": ("average", [2, 0.0001, -0.01], [2.5, 0.000000005, -0.05], [2.5906836021E+00, 5.6177717026E-09, -5.7701013174E-02]),
}
LINEAR = {"Filip": (10, [-1467.48961422980, -2772.17959193342, -2316.37108160893]), "Wampler4": (5, [1, 1, 1]), "Wampler5": (5, [1, 1, 1])}

def digits(q, c): return 15.0 if q == c else float(-mp.log10(abs((mp.mpf(q) - mp.mpf(c)) / mp.mpf(c))))

def two_predictors(name, fun, rows, cert):
    """nonlinear() takes one x; here log(y) on a pair."""
    pair = [(mp.mpf(r[1]), mp.mpf(r[2])) for r in rows]
    return nonlinear(lambda b, i: fun(b, pair[int(i)]), [mp.log(mp.mpf(r[0])) for r in rows], range(len(rows)), cert)

def main(d):
    out = Out(d)
    for name in list(NONLINEAR) + list(LINEAR):
        with open(os.path.join(d, "data", name + ".csv")) as fi: head, *rows = list(csv.reader(fi))
        data = ["data/" + name + ".csv"]
        if name in NONLINEAR:
            level, s1, s2, cert = NONLINEAR[name]; text, fun = NL[name]
            ex = two_predictors(name, fun, rows, cert) if name == "Nelson" else nonlinear(fun, [r[0] for r in rows], [r[1] for r in rows], cert)
            worst = min(digits(ex["coefficients"]["b%d" % (i + 1)]["estimate"], c) for i, c in enumerate(cert))
            out.case(name, "nist_nonlinear", level, data, dict(analysis="nls", model=text, start1=s1, start2=s2), ex, dict(estimate=10, se=10))
        else:
            degree, cert = LINEAR[name]; ex = linear(poly(rows, degree), ["B%d" % i for i in range(degree + 1)])
            worst = min(digits(ex["coefficients"]["B%d" % i]["estimate"], c) for i, c in enumerate(cert))
            out.case(name, "nist_linear", "higher", data, dict(analysis="ols", formula="polynomial degree %d in x" % degree), ex, dict(estimate=13, se=13))
        print("%-10s agrees with the certified estimates to %.1f digits" % (name, worst))
        assert worst > 10, name

if __name__ == "__main__": main(sys.argv[1])
