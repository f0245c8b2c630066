# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 Metrics
#
# | | |
# |:--|:--|
# | **At the end** | a service that counts what users feel, a p95 read by hand, two alerts with patience |
# | **Minutes** | room 25 (tasks 1 and 2), full 60 |
# | **Simulated** | the model, the nights and the tables; service, metrics and rules are real, no Prometheus is needed |
# | **You write** | [metrics.py](metrics.py), [alerts.yaml](alerts.yaml), [answers.toml](answers.toml) |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   request ──► middleware ──► app ──► answer
#                   │ counts, times
#                   ▼
#               /metrics ◄── every 15 s ── Prometheus ── for 5m ──► phone
# ```
#
# A log tells what happened to one request. A metric tells how all of them fare, at a fixed price.
# It can be added over pods, and a rule can watch it at night.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, request, sh, start, stop_everything

entry("09")

# %% [markdown]
# ## Run it as it is
#
# The next cell starts the service, sends 250 requests, and shows what `/metrics` says.
# **Note one thing that surprises you.**

# %%
sh("python traffic.py")

# %% [markdown]
# ## Task 1: count and time
#
# Choose before you run: put a letter as the second argument, such as `predict("09.1", "a")`.

# %%
predict("09.1")

# %% [markdown]
# **Do.** In [metrics.py](metrics.py), three places with `TODO 1`:
# the two metrics, what happens around a request, and its route.
# The [brief](README.md) has a table of names. Requests that fail count too.
# Then run the cell: 200 movies were asked for.

# %%
sh("python traffic.py")

# %%
display(check("09", task=1), predict("09.1"))

# %% [markdown]
# **Explain.** The number of series follows from the code, not from the callers.
# Which movie it was stands in the log, where each request has a line anyway.
# Who else, besides the movie's id, could make series without end here?
#
# ---
# ## Task 2: read p95 by hand
#
# Predict first.

# %%
predict("09.2")

# %% [markdown]
# **Do.** Two pods show their buckets. Write two values into [answers.toml](answers.toml):
# how many requests took longer than 100 ms, and the p95 of both pods together, in whole milliseconds.
# Paper is fine, and so is Python.

# %%
sh("python buckets.py")

# %%
display(check("09", task=2), predict("09.2"))

# %% [markdown]
# **Explain.** You did what `histogram_quantile` does: add the counts, find the rank, guess inside the bucket.
# How far off can your p95 be at most, and what would make it better?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: what the model says
#
# Predict first.

# %%
predict("09.3")

# %% [markdown]
# **Do.** In [metrics.py](metrics.py), two places with `TODO 3`: two more metrics, and where they are fed.
# The next cell asks the service for two predictions and for its page.

# %%
service = start()
for movie in (1, 2):
    display(request(service, "POST", "/predict", json={"user_id": 7, "movie_id": movie}))
display(request(service, "GET", "/metrics"))

# %%
display(check("09", task=3), predict("09.3"))

# %% [markdown]
# **Explain.** A service may be up, quick and wrong. What the model says is the only thing that you can watch at once.
# Why are the scores a histogram and not a mean?
#
# ---
# ## Task 4: two alerts with patience
#
# Predict first.

# %%
predict("09.4")

# %% [markdown]
# **Do.** [alerts.yaml](alerts.yaml) is empty. Write the two alerts of the brief's contract.
# The next cell evaluates them over twenty nights. Which nights must be silent?

# %%
sh("python nights.py")

# %%
display(check("09", task=4), predict("09.4"))

# %% [markdown]
# **Explain.** Range and patience add up on the bad night, and play against each other on the good one.
# What do users feel in the five minutes before the alert fires?
#
# ---
# ## Task 5: find the other half
#
# Predict first.

# %%
predict("09.5")

# %% [markdown]
# **Do.** Run the next cell before you change anything: two processes, 60 predictions, ten answers.
# Find out why they differ, and repair `exposition` in [metrics.py](metrics.py).

# %%
sh("python traffic.py --workers")

# %%
display(check("09", task=5), predict("09.5"))

# %% [markdown]
# **Explain.** Each process counts for itself, and the files of the shared folder are where they meet.
# Why may the folder not be kept from one start of the service to the next?
#
# ---
# ## Task 6: panels that lie
#
# Predict first.

# %%
predict("09.6")

# %% [markdown]
# **Do.** Read the five panels from the inside out.
# Write one word of the brief's table for each into [answers.toml](answers.toml).

# %%
sh("python panels.py")

# %%
display(check("09", task=6), predict("09.6"))

# %% [markdown]
# **Explain.** Each of these queries runs, draws a line, and is in use somewhere.
# Which of them would you find by watching the dashboard for a week?

# %% [markdown]
# ## Break it
#
# In [metrics.py](metrics.py), function `route_of`: give back the path of the request, and run the cell.
# How many series does one metric have now, after two minutes of one visitor?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python traffic.py")

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/09_metrics/README.md`, in the folder beside `work`.

# %%
check("09")

# %% [markdown]
# ## Stop everything

# %%
stop_everything()

# %% [markdown]
# ## Stretch and next
#
# No points, more fun:
#
# - **How fast the budget burns**: `TODO 7` in the brief, in [budget.yaml](budget.yaml).
#   Shares that are recorded once, and alerts that look at a long and at a short range. Why at both?
#   `python budget.py` evaluates them over long nights, `check("09", task=7)` judges them.
# - **A dashboard**: three panels for requests, errors and p95.
#   Every query names metrics that exist: `/metrics` has the list.
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: **10 CloudWatch**. The same questions in Amazon's words, and an alarm that slept.
