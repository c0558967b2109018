# The Norwegian study in R, from the same CSV files: what tests/exchange/test_study_report.c expects.
#   Rscript tests/reference/scripts/norway.R > tests/reference/norway/expected.json
# Needs lavaan, clubSandwich is not needed: CR2 is computed here. From the top of the repository.
suppressMessages(library(lavaan))
dir <- "data/studies/norway2013/records/"
rd  <- function(f) read.csv(paste0(dir, f))
con <- rd("consumers.csv"); it <- rd("items.csv"); sv <- rd("services.csv")
cl  <- rd("clinicians.csv"); rec <- rd("recordings.csv")
it  <- it[match(con$id, it$id), ]

# Mean of the answered items if at most two are missing.
score <- function(d, stem) {
  m <- as.matrix(d[grep(paste0("^", stem, "_[0-9]+$"), names(d))])
  s <- rowMeans(m, na.rm = TRUE); s[rowSums(is.na(m)) > 2] <- NA; unname(s)
}
out <- list()
put <- function(id, ...) out[[id]] <<- c(...)

# Every resample of n at once: the n-fold convolution of the differences on their lattice (step 1/den).
ideal <- function(d, den, level = .95) {
  k <- round(d * den); stopifnot(max(abs(k / den - d)) < 1e-9)
  n <- length(k); lo <- min(k); one <- tabulate(k - lo + 1, max(k) - lo + 1) / n
  p <- 1; for (i in seq_len(n)) {          # direct, in double: no Fourier transform
    q <- numeric(length(p) + length(one) - 1)
    for (j in which(one > 0)) q[j:(j + length(p) - 1)] <- q[j:(j + length(p) - 1)] + one[j] * p
    p <- q
  }
  s <- seq_along(p) - 1 + n * lo           # sums of k
  t <- sum(k); cum <- cumsum(p)
  z0 <- qnorm(sum(p[s < t]) + sum(p[s == t]) / 2)
  l <- d - mean(d); a <- sum(l^3) / (6 * sum(l^2)^1.5)
  at <- function(al) { z <- z0 + qnorm(al); pnorm(z0 + z / (1 - a * z)) }
  lim <- function(al) s[which(cum >= at(al))[1]] / n / den
  c(lo = lim((1 - level) / 2), hi = lim((1 + level) / 2),
    p.shift = sum(p[abs(s - t) >= abs(t)]))
}
paired <- function(id, x, y, den) {
  ok <- !is.na(x) & !is.na(y); x <- x[ok]; y <- y[ok]; d <- y - x; tt <- t.test(d)
  put(id, n = length(d), before.mean = mean(x), before.sd = sd(x), before.min = min(x), before.max = max(x),
      after.mean = mean(y), after.sd = sd(y), after.min = min(y), after.max = max(y), change = mean(d),
      change.sd = sd(d), t = unname(tt$statistic), df = unname(tt$parameter), p.t = tt$p.value,
      dz = mean(d) / sd(d), r = cor(x, y), ideal(d, den))
}
describe <- function(id, x) { x <- x[!is.na(x)]
  put(id, n = length(x), mean = mean(x), sd = sd(x), median = median(x), min = min(x), max = max(x)) }

f6 <- score(sv, "imr_fid_m6"); f12 <- score(sv, "imr_fid_m12")
paired("fidelity", f6, f12, 13)
paired("goi", score(sv, "goi_m6"), score(sv, "goi_m12"), 12)
itis <- rowMeans(as.matrix(rec[grep("^itis", names(rec))]), na.rm = TRUE)
pick <- function(f) sapply(cl$clinician, function(c) { i <- which(rec$clinician == c)
  if (length(i)) itis[i[f(rec$recording[i])]] else NA })
paired("itis", pick(which.min), pick(which.max), 16)
describe("recordings", itis)
for (v in c("training", "consultation")) describe(v, cl[[v]])
describe("recruited", cl$recruitment); describe("clinician-age", cl$age)
describe("clinician-experience", cl$experience); describe("consumer-age", con$age)
S <- lapply(c(ic1 = "imrs_clin_t1", ic2 = "imrs_clin_t2", h1 = "honos_t1", h2 = "honos_t2", is1 = "imrs_cons_t1",
  is2 = "imrs_cons_t2", a1 = "ashs_t1", a2 = "ashs_t2", q1 = "qol5_t1", q2 = "qol5_t2", c2 = "csq8_t2"),
  function(s) score(it, s))
paired("imrs-clinician", S$ic1, S$ic2, 210); paired("honos", S$h1, S$h2, 132)
paired("gaf-f", con$gaf_f_t1, con$gaf_f_t2, 1); paired("gaf-s", con$gaf_s_t1, con$gaf_s_t2, 1)
paired("imrs-consumer", S$is1, S$is2, 210); paired("hope", S$a1, S$a2, 30); paired("qol5", S$q1, S$q2, 20)
describe("satisfaction", S$c2)

groups <- function(id, x) { g <- con$dropout; tt <- t.test(x[g == 1], x[g == 0])
  a <- x[g == 1 & !is.na(x)]; b <- x[g == 0 & !is.na(x)]; m <- length(a) + length(b) - 2
  sp <- sqrt((var(a) * (length(a) - 1) + var(b) * (length(b) - 1)) / m)
  J <- exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))
  put(id, "1.n" = length(a), "1.mean" = mean(a), "1.sd" = sd(a), "0.n" = length(b), "0.mean" = mean(b), "0.sd" = sd(b),
      difference = mean(a) - mean(b), lo = tt$conf.int[1], hi = tt$conf.int[2], t = unname(tt$statistic),
      df = unname(tt$parameter), p = tt$p.value, g = J * (mean(a) - mean(b)) / sp) }
groups("dropout-age", con$age); groups("dropout-imrs", S$is1)
groups("dropout-gaf-f", con$gaf_f_t1); groups("dropout-hope", S$a1)

# CR2 with Satterthwaite degrees of freedom (Bell & McCaffrey 2002; identity working model).
cr2 <- function(m, g, k) {
  X <- model.matrix(m); B <- solve(crossprod(X)); H <- X %*% B %*% t(X); r <- resid(m); n <- nrow(X)
  I <- diag(n); gs <- unique(g); V <- 0; P <- NULL
  for (c in gs) { i <- which(g == c); e <- eigen((I - H)[i, i], symmetric = TRUE)
    A <- e$vectors %*% diag(ifelse(e$values > 1e-10, 1 / sqrt(e$values), 0), length(i)) %*% t(e$vectors)
    w <- A %*% X[i, , drop = FALSE] %*% B[, k]; V <- V + sum(w * r[i])^2
    p <- (I - H)[, i, drop = FALSE] %*% w; P <- cbind(P, p) }
  G <- crossprod(P); df <- sum(diag(G))^2 / sum(G^2); se <- sqrt(V)
  c(se = se, p = 2 * pt(-abs(coef(m)[k] / se), df)) }
regression <- function(id, y, x1, f, k = 2) {
  d <- data.frame(y = 15 * y, f = f, x = 15 * x1, g = con$service); d <- d[complete.cases(d), ]
  m <- lm(y ~ f + x, d); s <- summary(m)$coef; ci <- confint(m); c2 <- cr2(m, d$g, 2)
  put(id, n = nrow(d), b = s[2, 1], se = s[2, 2], lo = ci[2, 1], hi = ci[2, 2], t = s[2, 3], p = s[2, 4],
      df = m$df.residual, beta = s[2, 1] * sd(d$f) / sd(d$y), r2 = summary(m)$r.squared,
      robust.se = unname(c2[1]), robust.p = unname(c2[2])) }
fid <- setNames(f12, sv$service)[con$service]
comp <- tapply(itis, rec$clinician, mean)[con$clinician]
regression("table3-clinician", S$ic2, S$ic1, fid); regression("table3-consumer", S$is2, S$is1, fid)
regression("table3-clinician-competence", S$ic2, S$ic1, comp)
regression("table3-consumer-competence", S$is2, S$is1, comp)

f <- sem("consultation ~ training\nrecruitment ~ consultation\nintention ~ consultation + recruitment", cl,
         meanstructure = TRUE)
q <- fitMeasures(f, c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "aic", "bic")); names(q)[3] <- "p"
z <- standardizedSolution(f); z <- z[z$op == "~", ]
put("path", n = nrow(cl), q, setNames(z$est.std, paste0(z$lhs, "~", z$rhs)))

reliable <- function(id, x, y, limit, sign) { d <- sign * (y - x); d <- d[!is.na(d)]
  put(id, n = length(d), better = sum(d >= limit - 1e-9), worse = sum(d <= -limit + 1e-9)) }
reliable("change-honos", 12 * S$h1, 12 * S$h2, 8, -1)
put("dropouts", n = sum(con$dropout), of = nrow(con), percent = 100 * mean(con$dropout))
put("services", n = length(table(cl$service)), median = median(table(cl$service)), min = min(table(cl$service)),
    max = max(table(cl$service)))
for (c in unique(con$diagnosis)) out[["diagnosis"]][paste0(c, ".n")] <- sum(con$diagnosis == c)

cat("{\n \"made\": \"", R.version.string, ", lavaan ", as.character(packageVersion("lavaan")), "\"", sep = "")
for (id in names(out)) { v <- out[[id]]
  cat(",\n \"", id, "\": {", paste0("\"", names(v), "\": ", sprintf("%.17g", v), collapse = ", "), "}", sep = "") }
cat("\n}\n")
