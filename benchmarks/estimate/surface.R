# spatstat's density surface of the points that surface.py made, with its standard error.
#
#   Rscript surface.R POINTS.f64 CELLS METRES SCALE RUNS OUT.f64
#
# Needs Debian's r-cran-spatstat.explore. Writes the seconds of each run as JSON, first of the mean alone and
# then with the standard error, and the surface followed by its standard errors to OUT, rows from the north.
suppressPackageStartupMessages(library(spatstat.explore))
given <- commandArgs(TRUE)
cells <- as.integer(given[2]); side <- cells * as.numeric(given[3]); scale <- as.numeric(given[4])
runs <- as.integer(given[5])
values <- readBin(given[1], "double", file.size(given[1]) / 8, endian = "little")
at <- matrix(values, nrow = 2)
points <- ppp(at[1, ], at[2, ], window = owin(c(0, side), c(0, side)), check = FALSE)
seconds <- function(work) {
  taken <- numeric(runs)
  for (i in seq_len(runs)) taken[i] <- system.time(work())[["elapsed"]]
  taken
}
mean_alone <- seconds(function() density(points, sigma = scale, edge = TRUE, dimyx = cells))
both <- NULL
with_error <- seconds(function() {
  both <<- density(points, sigma = scale, edge = TRUE, se = TRUE, dimyx = cells)
})
from_north <- function(image) as.vector(t(image$v[nrow(image$v):1, ]))
out <- file(given[6], "wb")
writeBin(c(from_north(both$estimate), from_north(both$SE)), out, endian = "little")
close(out)
cat(sprintf('{"version": "%s", "mean": [%s], "error": [%s]}\n',
  as.character(packageVersion("spatstat.explore")),
  paste(mean_alone, collapse = ", "), paste(with_error, collapse = ", ")))
