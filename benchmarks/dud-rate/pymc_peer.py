#!/usr/bin/env python3
"""The dud-rate model in PyMC, sampled by nutpie.

    python pymc_peer.py CASES.json CASE [DRAWS]

Reads one case of a vectors file, samples it with four chains of DRAWS draws each (default 10 000) after
1 500 steps of warm-up, and writes one JSON object to standard output: seconds to compile and to sample,
the answer, and the Monte Carlo error of each part of it.

Contexts of points and intervals are integrated out analytically, which makes the posterior easier for
the sampler than the hierarchy as it is written; contexts of counts are sampled.
"""
import json
import math
import sys
import time

import arviz as az
import numpy as np
import nutpie
import pymc as pm
import pytensor.tensor as pt
from scipy.special import expit

PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)


def logit(share):
    return math.log(share / (1 - share))


def log_phi(x):
    return pm.logcdf(pm.Normal.dist(0.0, 1.0), x)


def log_interval(eta, sigma, lo, hi):
    if lo == 0:
        return log_phi((logit(hi) - eta) / sigma)
    if hi == 1:
        return log_phi((eta - logit(lo)) / sigma)
    a, b = (logit(lo) - eta) / sigma, (logit(hi) - eta) / sigma
    # Work in the lower tail.
    mirrored = a + b > 0
    low, high = pt.switch(mirrored, -b, a), pt.switch(mirrored, -a, b)
    return pm.math.logdiffexp(log_phi(high), log_phi(low))


def monte_carlo_error(values, method, **options):
    """Of draws with one row for each chain."""
    data = az.convert_to_dataset({"x": values})
    if method == "sd":
        # arviz 0.23 fails here under NumPy 2.4; this is the large-sample formula for a normal density.
        return float(values.std() / math.sqrt(2 * float(az.ess(data)["x"])))
    return float(az.mcse(data, method=method, **options)["x"])


def build(inputs):
    prior, observations = inputs["prior"], inputs["obs"]
    types = inputs["types"]
    names, families = list(types), sorted(set(types.values()))
    kinds = sorted({o["kind"] for o in observations if prior["bias"][o["kind"]][1] > 0})
    family_of = np.array([families.index(types[n]) for n in names])
    with pm.Model() as model:
        level = pm.Normal("level", prior["m_mean"], prior["m_sd"])
        sigma = pm.HalfNormal("sigma", prior["sigma_scale"])
        tau = pm.HalfNormal("tau", prior["tau_scale"])
        omega = pm.HalfNormal("omega", prior["omega_scale"])
        w = pm.Normal("w", 0, 1, shape=len(families))
        v = pm.Normal("v", 0, 1, shape=len(names))
        mu = pm.Deterministic("mu", level + omega * w[family_of] + tau * v)
        bias = {
            k: pm.Normal(f"bias_{k}", *prior["bias"][k]) for k in kinds
        }
        for i, o in enumerate(observations):
            eta = mu[names.index(o["type"])] + bias.get(o["kind"], 0.0)
            if o["form"] == "point":
                spread = pt.sqrt(sigma**2 + o["se"] ** 2)
                pm.Normal(f"y{i}", eta, spread, observed=o["y"])
            elif o["form"] == "interval":
                pm.Potential(f"y{i}", log_interval(eta, sigma, o["lo"], o["hi"]))
            else:
                u = pm.Normal(f"u{i}", 0, 1)
                pm.Binomial(f"y{i}", o["n"], logit_p=eta + sigma * u, observed=o["x"])
    return model, names, kinds


def main():
    path, name = sys.argv[1:3]
    draws = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
    with open(path, encoding="utf-8") as file:
        inputs = next(c for c in json.load(file)["cases"] if c["id"] == name)["inputs"]
    model, names, kinds = build(inputs)
    start = time.perf_counter()
    compiled = nutpie.compile_pymc_model(model)
    compile_seconds = time.perf_counter() - start
    start = time.perf_counter()
    trace = nutpie.sample(
        compiled, draws=draws, tune=1500, chains=4, cores=2, seed=20261123,
        target_accept=0.97, progress_bar=False)
    sample_seconds = time.perf_counter() - start

    posterior = trace.posterior
    sigma = posterior["sigma"].values
    random = np.random.default_rng(1)
    answer, error = dict(types={}, bias={}), dict(types={}, bias={})

    def mean_and_error(values):
        return float(values.mean()), monte_carlo_error(values, "mean")

    for i, submunition in enumerate(names):
        mu = posterior["mu"].values[..., i]
        new = expit(mu + sigma * random.standard_normal(mu.shape))
        mean, mean_error = mean_and_error(mu)
        p_mean, p_error = mean_and_error(new)
        answer["types"][submunition] = dict(
            mu_mean=mean, mu_sd=float(mu.std()), p_new_mean=p_mean,
            p_new_quantiles=[float(np.quantile(new, q)) for q in PROBABILITIES])
        error["types"][submunition] = dict(
            mu_mean=mean_error, mu_sd=monte_carlo_error(mu, "sd"), p_new_mean=p_error,
            p_new_quantiles=[
                monte_carlo_error(new, "quantile", prob=q) for q in PROBABILITIES])
    for k in kinds:
        values = posterior[f"bias_{k}"].values
        mean, mean_error = mean_and_error(values)
        answer["bias"][k] = dict(mean=mean, sd=float(values.std()))
        error["bias"][k] = dict(mean=mean_error, sd=monte_carlo_error(values, "sd"))
    for spread in ("sigma", "tau", "omega"):
        mean, mean_error = mean_and_error(posterior[spread].values)
        answer[f"{spread}_mean"], error[f"{spread}_mean"] = mean, mean_error
    print(json.dumps(dict(
        case=name, compile_seconds=compile_seconds, sample_seconds=sample_seconds,
        draws=int(sigma.size), divergent=int(trace.sample_stats["diverging"].sum()),
        largest_r_hat=float(max(az.rhat(trace)[v].max() for v in posterior.data_vars)),
        answer=answer, monte_carlo_error=error,
        pymc=pm.__version__, nutpie=nutpie.__version__)))


if __name__ == "__main__":
    main()
