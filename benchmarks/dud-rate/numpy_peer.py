#!/usr/bin/env python3
"""The dud-rate model in vectorised NumPy: all nodes of the grid at once.

    python numpy_peer.py CASES.json CASE [RUNS]

Reads one case of a vectors file, pools it RUNS times on the case's grid and writes one JSON object to
standard output: the seconds of each run and the answer. This program made the `meta-hier-full` and
`meta-record` cases; it shares no code with the Rust crate.
"""
import itertools
import json
import math
import sys
import time

import numpy as np
from scipy import optimize
from scipy.special import expit, gammaln, log_ndtr, logit, ndtr

PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)


def gauss_legendre(low, high, count):
    x, w = np.polynomial.legendre.leggauss(count)
    return 0.5 * (high - low) * x + 0.5 * (high + low), 0.5 * (high - low) * w


def log_half_normal(x, scale):
    return 0.5 * math.log(2 / math.pi) - math.log(scale) - 0.5 * (x / scale) ** 2


def count(eta, s, x, n):
    """Log likelihood and two derivatives of a count, contexts integrated out by Gauss-Hermite."""
    theta = np.clip(eta, -8, 4)
    for _ in range(60):
        p = expit(theta)
        step = np.clip((x - n * p - (theta - eta) / s**2) / (n * p * (1 - p) + 1 / s**2), -1, 1)
        theta = theta + step
        if np.abs(step).max() < 1e-12:
            break
    p = expit(theta)
    h = 1 / np.sqrt(n * p * (1 - p) + 1 / s**2)
    nodes, weights = np.polynomial.hermite.hermgauss(21)
    t = theta[:, None] + math.sqrt(2) * h[:, None] * nodes
    log_f = x * t - n * np.logaddexp(0, t) - 0.5 * ((t - eta[:, None]) / s[:, None]) ** 2 + nodes**2
    largest = log_f.max(1)
    w = weights * np.exp(log_f - largest[:, None])
    total = w.sum(1)
    d = t - eta[:, None]
    mean = (w * d).sum(1) / total
    variance = (w * d * d).sum(1) / total - mean**2
    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    value = ways + largest + np.log(total * math.sqrt(2) * h / s) - 0.5 * math.log(2 * math.pi)
    return value, mean / s**2, variance / s**4 - 1 / s**2


def interval(eta, s, lo, hi):
    """The same for an interval; lo may be 0 and hi may be 1."""
    a = (logit(lo) - eta) / s if lo > 0 else np.full_like(eta, -np.inf)
    b = (logit(hi) - eta) / s if hi < 1 else np.full_like(eta, np.inf)
    mirrored = a > 0
    low, high = log_ndtr(np.where(mirrored, -b, a)), log_ndtr(np.where(mirrored, -a, b))
    value = high + np.log1p(-np.exp(np.minimum(low - high, -1e-15)))
    half_log = 0.5 * math.log(2 * math.pi)
    ratio = [
        np.where(np.isfinite(z), np.exp(-0.5 * np.minimum(z * z, 1e6) - half_log - value), 0.0)
        for z in (a, b)
    ]
    end = [np.where(np.isfinite(z), z, 0.0) for z in (a, b)]
    slope = (ratio[0] - ratio[1]) / s
    return value, slope, (end[0] * ratio[0] - end[1] * ratio[1]) / s**2 - slope * slope


def point(eta, s, y, se):
    """The same for a point."""
    v = s * s + se * se
    return -0.5 * (y - eta) ** 2 / v - 0.5 * np.log(2 * math.pi * v), (y - eta) / v, -1 / v


def likelihood(o, eta, sigma):
    if o["form"] == "count":
        return count(eta, sigma, o["x"], o["n"])
    if o["form"] == "interval":
        return interval(eta, sigma, o["lo"], o["hi"])
    return tuple(np.broadcast_to(v, sigma.shape) for v in point(eta, sigma, o["y"], o["se"]))


def pool(types, observations, prior, nodes):
    names, family = list(types), list(types.values())
    kinds = sorted({o["kind"] for o in observations if prior["bias"][o["kind"]][1] > 0})
    n_types, size = len(names), len(names) + len(kinds)
    scales = [prior[c] for c in ("sigma_scale", "tau_scale", "omega_scale")]
    axes = [gauss_legendre(0.002, 3.5 * scale, nodes) for scale in scales]
    sigma, tau, omega = np.array(list(itertools.product(*[axis[0] for axis in axes]))).T
    log_weight = np.log([a * b * c for a, b, c in itertools.product(*[axis[1] for axis in axes])])

    mean = np.r_[np.full(n_types, prior["m_mean"]), [prior["bias"][k][0] for k in kinds]]
    same = np.array([[f == g for g in family] for f in family], float)
    covariance = np.zeros((len(sigma), size, size))
    covariance[:, :n_types, :n_types] = (
        prior["m_sd"] ** 2
        + omega[:, None, None] ** 2 * same
        + tau[:, None, None] ** 2 * np.eye(n_types)
    )
    for j, k in enumerate(kinds):
        covariance[:, n_types + j, n_types + j] = prior["bias"][k][1] ** 2
    precision = np.linalg.inv(covariance)
    rows = np.zeros((len(observations), size))
    for r, o in enumerate(observations):
        rows[r, names.index(o["type"])] = 1
        if o["kind"] in kinds:
            rows[r, n_types + kinds.index(o["kind"])] = 1

    def evaluate(x):
        eta = x @ rows.T
        found = [likelihood(o, eta[:, i], sigma) for i, o in enumerate(observations)]
        return [np.stack([f[j] for f in found], 1) for j in range(3)]

    x = np.tile(mean, (len(sigma), 1))
    for _ in range(100):
        value, slope, curvature = evaluate(x)
        distance = x - mean
        hessian = precision - np.einsum("oi,go,oj->gij", rows, curvature, rows)
        gradient = slope @ rows - np.einsum("gij,gj->gi", precision, distance)
        step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
        longest = np.maximum(np.abs(step).max(1), 1e-12)
        x = x + np.minimum(1, 1 / longest)[:, None] * step
        if np.abs(step).max() < 1e-10:
            break
    value, slope, curvature = evaluate(x)
    distance = x - mean
    hessian = precision - np.einsum("oi,go,oj->gij", rows, curvature, rows)
    log_posterior = (
        value.sum(1)
        - 0.5 * np.einsum("gi,gij,gj->g", distance, precision, distance)
        + 0.5 * np.linalg.slogdet(precision)[1]
        - 0.5 * np.linalg.slogdet(hessian)[1]
        + log_weight
        + sum(log_half_normal(v, s) for v, s in zip((sigma, tau, omega), scales))
    )
    variance = np.einsum("gii->gi", np.linalg.inv(hessian))

    largest = log_posterior.max()
    weight = np.exp(log_posterior - largest)
    total = weight.sum()
    weight /= total
    answer = dict(
        log_evidence=float(largest + math.log(total)),
        sigma_mean=float(weight @ sigma),
        tau_mean=float(weight @ tau),
        omega_mean=float(weight @ omega),
        types={},
        bias={},
    )
    z, z_weight = np.polynomial.hermite.hermgauss(61)
    z_weight = z_weight / z_weight.sum()
    for i, name in enumerate(names + kinds):
        m = float(weight @ x[:, i])
        sd = math.sqrt(float(weight @ (variance[:, i] + x[:, i] ** 2)) - m * m)
        if i >= n_types:
            answer["bias"][name] = dict(mean=m, sd=sd)
            continue
        scale = np.sqrt(variance[:, i] + sigma**2)
        p_mean = sum(
            float(weight @ expit(x[:, i] + scale * math.sqrt(2) * node)) * w
            for node, w in zip(z, z_weight)
        )
        quantiles = [
            float(expit(optimize.brentq(
                lambda t: float(weight @ ndtr((t - x[:, i]) / scale)) - q, -30, 20, xtol=1e-12)))
            for q in PROBABILITIES
        ]
        answer["types"][name] = dict(
            mu_mean=m, mu_sd=sd, p_new_mean=p_mean, p_new_quantiles=quantiles)
    return answer


def main():
    path, name = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with open(path, encoding="utf-8") as file:
        case = next(c for c in json.load(file)["cases"] if c["id"] == name)
    inputs, seconds, answer = case["inputs"], [], None
    for _ in range(runs):
        start = time.perf_counter()
        answer = pool(inputs["types"], inputs["obs"], inputs["prior"], inputs["nodes"])
        seconds.append(time.perf_counter() - start)
    print(json.dumps(dict(case=name, seconds=seconds, answer=answer, numpy=np.__version__)))


if __name__ == "__main__":
    main()
