# Scores of random answers, computed here from the published rules and not from our
# definitions: tests/study/score_check.csv.  Made with R 4.2:  Rscript score_check.R
# A cell of `answers`: a value, empty = missing, x = not applicable.
set.seed(20170123)
out <- data.frame()
add <- function(inst, score, value, a)
  out <<- rbind(out, data.frame(instrument = inst, score = score,
    value = ifelse(is.na(value), "none", format(value, digits = 17)),
    answers = paste(a, collapse = ";")))
draw <- function(n, lo, hi, miss) {
  x <- sample(lo:hi, n, TRUE)
  x[sample(n, sample(0:miss, 1))] <- NA
  x
}
text <- function(x) ifelse(is.na(x), "", x)
# "up to two missing are replaced by the mean of the scale"
replaced <- function(x, most) {
  if (sum(is.na(x)) > most || all(is.na(x))) return(rep(NA, length(x)))
  x[is.na(x)] <- mean(x, na.rm = TRUE)
  x
}
for (i in 1:40) {
  x <- draw(15, 1, 5, 4)                       # IMRS, item 13 not applicable every third time
  na <- i %% 3 == 0
  a <- text(x); if (na) a[13] <- "x"
  y <- if (na) x[-13] else x
  r <- replaced(y, 2)
  add("imrs-consumer", "mean", mean(r), a)
  add("imrs-consumer", "prorated-sum", mean(r) * 15, a)
  add("imrs-consumer", "sum", if (anyNA(y)) NA else sum(y), a)
  add("imrs-consumer", "pomp", (mean(r) - 1) / 4 * 100, a)

  x <- draw(12, 0, 4, 4)                       # HoNOS, missing written as 9
  a <- ifelse(is.na(x), 9, x)
  add("honos", "mean", mean(replaced(x, 2)), a)
  add("honos", "total", if (sum(!is.na(x)) >= 10) mean(x, na.rm = TRUE) * 12 else NA, a)
  add("honos", "behaviour", sum(x[1:3]), a)
  add("honos", "social", sum(x[9:12]), a)
  add("honos", "significant", if (sum(!is.na(x)) >= 10) sum(x >= 2, na.rm = TRUE) else NA, a)

  x <- draw(5, 1, 5, 3)                        # QoL5, both variants
  r <- replaced(x, 2); a <- text(x)
  w <- mean(c(mean(r[1:2]), r[3], mean(r[4:5])))
  add("qol5", "weighted", w, a)
  add("qol5", "weighted-percent", 110 - 20 * w, a)
  add("qol5", "plain", mean(r), a)

  x <- draw(8, 1, 4, 3)                        # CSQ-8 by position
  a <- text(x)
  y <- x; y[c(2, 4, 5, 8)] <- 5 - y[c(2, 4, 5, 8)]
  r <- replaced(y, 2)
  add("csq8-by-position", "mean", mean(r), a)
  add("csq8-by-position", "sum", sum(r), a)

  x <- draw(6, 1, 8, 3)                        # hope, 8 points
  r <- replaced(x, 2); a <- text(x)
  add("ashs-8", "total", sum(r), a)
  add("ashs-8", "pomp", (mean(r) - 1) / 7 * 100, a)
  add("ashs-8", "agency", sum(replaced(x[c(2, 4, 6)], 1)), a)

  x <- sample(1:5, 16, TRUE); x[14:16][runif(3) < .5] <- NA   # IT-IS
  a <- text(x)
  if (i %% 2) { a[3:4] <- "x"; x[3:4] <- NA }
  add("itis", "mean", mean(x, na.rm = TRUE), a)

  x <- sample(1:4, 30, TRUE)                   # PANSS
  add("panss", "total-from-zero", sum(x) - 30, x)
  x8 <- x[c(1, 2, 3, 8, 11, 13, 19, 23)]
  add("panss", "remission", as.numeric(all(x8 <= 3)), x)
}
write.csv(out, "score_check.csv", row.names = FALSE, quote = FALSE)
