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
# # 10 CloudWatch
#
# | | |
# |:--|:--|
# | **At the end** | the minute of an outage, and alarms that wake somebody then and not otherwise |
# | **Minutes** | room 15 (tasks 1 and 2), full 60 |
# | **Simulated** | the night is made up; queries, patterns and alarms are computed here by CloudWatch's rules |
# | **You write** | [query.txt](query.txt), [monitoring.yaml](monitoring.yaml), [emf.py](emf.py), `answers.toml` |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   requests ──► log lines ──► Logs Insights: when did it begin?
#                    │
#                    ├──► metric filter ──┐
#                    └──► embedded ───────┴──► metrics ──► alarm ──► a person
#                                                 └──────► dashboard
# ```
#
# A log says what happened to whoever asks.
# An alarm asks by itself, every minute, and wakes somebody.
# What it sees, how long it waits and what silence means are a few lines of one file.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, sh, stop_everything

entry("10")

# %% [markdown]
# ## Run it as it is
#
# The next cell writes your bad night, as a log and as metrics, and replays the alarm that slept.
# Nothing is sent anywhere.
# **Note one thing that surprises you.**

# %%
display(
    sh("python night.py"),
    sh("python -m checker.cloudwatch alarms monitoring.yaml metrics.jsonl"),
)

# %% [markdown]
# ## Task 1: find the minute
#
# Choose before you run: put a letter as the second argument, such as `predict("10.1", "a")`.

# %%
predict("10.1")

# %% [markdown]
# **Do.** Change [query.txt](query.txt) at `TODO 1`: a row per minute with errors, oldest first.
# Run the next cell until the table shows it.
# Then write the first minute of the long row into [answers.toml](answers.toml).

# %%
sh("python -m checker.cloudwatch query query.txt night.jsonl")

# %%
display(check("10", task=1), predict("10.1"))

# %% [markdown]
# **Explain.** A field answers what a search for text only guesses.
# The word ERROR stands in lines of other levels, twenty minutes earlier.
# The query is paid by what it scans. What makes the same question cheaper?
#
# ---
# ## Task 2: wake the alarm
#
# Predict first.

# %%
predict("10.2")

# %% [markdown]
# **Do.** In [monitoring.yaml](monitoring.yaml), at `TODO 2`.
# The next cell replays your night and lists the metrics that have data.
# Mend the alarm until it fires three minutes after the first bad minute, and at no other time.

# %%
display(
    sh("python -m checker.cloudwatch alarms monitoring.yaml metrics.jsonl"),
    sh("python -m checker.cloudwatch metrics metrics.jsonl"),
)

# %%
display(check("10", task=2), predict("10.2"))

# %% [markdown]
# **Explain.** Four things were wrong: what it saw, what it computed, how long it waited, what it made of silence.
# The first two kept it asleep, the third alone makes it late, and the fourth wakes somebody when the service dies.
# Why did CloudWatch accept an alarm on a metric that nobody sends?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: silence, and the slowest
#
# Predict first.

# %%
predict("10.3")

# %% [markdown]
# **Do.** In [monitoring.yaml](monitoring.yaml), at `TODO 3`: two more alarms.
# The brief says when each must fire.
# Look at the points behind each state: which of them are missing?

# %%
sh("python -m checker.cloudwatch alarms monitoring.yaml metrics.jsonl")

# %%
display(check("10", task=3), predict("10.3"))

# %% [markdown]
# **Explain.** For one metric nothing is good news, for another it is the worst.
# The average moved less than it does in any busy quarter of an hour.
# Your alarm on silence fires some minutes late. Where do these minutes come from?
#
# ---
# ## Task 4: count from the log, and forget in time
#
# Predict first.

# %%
predict("10.4")

# %% [markdown]
# **Do.** In [monitoring.yaml](monitoring.yaml), at `TODO 4`: the metric filter and the end of the log.
# The next cell shows what the starter's pattern counts.
# Put your own pattern into the cell and compare.

# %%
sh("python -m checker.cloudwatch pattern ERROR night.jsonl")

# %%
display(check("10", task=4), predict("10.4"))

# %% [markdown]
# **Explain.** A metric filter turns lines into numbers from now on, never for the past.
# A default makes quiet minutes visible as zeros.
# Does the default help when the service is dead?
#
# ---
# ## Task 5: metrics in a log line
#
# Predict first.

# %%
predict("10.5")

# %% [markdown]
# **Do.** In [emf.py](emf.py), at `TODO 5`.
# The next cell calls your function once, and reads the line as CloudWatch does.
# The brief shows an example of the format.

# %%
sh(
    "head -n 1 night.jsonl | python -c 'import emf, json; print(emf.line(json.loads(input())))' > line.jsonl"
    " && python -m checker.cloudwatch metrics line.jsonl"
)

# %%
display(check("10", task=5), predict("10.5"))

# %% [markdown]
# **Explain.** The process writes a line and goes on; somebody else ships it.
# Each value of a dimension is a metric of its own.
# A colleague wants to see the latency of one user. What do you answer?
#
# ---
# ## Task 6: a picture that shows something
#
# Predict first.

# %%
predict("10.6")

# %% [markdown]
# **Do.** In [monitoring.yaml](monitoring.yaml), at `TODO 6`: the body of the dashboard is JSON.
# The list of the metrics that have data is the list of lines that can show something.

# %%
sh("python -m checker.cloudwatch metrics metrics.jsonl")

# %%
display(check("10", task=6), predict("10.6"))

# %% [markdown]
# **Explain.** An empty graph and a calm night look alike.
# A statistic decides what a graph can show at all.
# Who looks at a dashboard at three in the night?

# %% [markdown]
# ## Break it
#
# In [monitoring.yaml](monitoring.yaml), give api-errors a period of 300 seconds, save, and run the cell.
# When does the alarm fire now, and what does it make of the spike?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python -m checker.cloudwatch alarms monitoring.yaml metrics.jsonl")

# %% [markdown]
# ## All of it
#
# Then read [why this answer](../../solutions/10_cloudwatch/README.md).

# %%
check("10")

# %% [markdown]
# ## Stop everything

# %%
stop_everything()

# %% [markdown]
# ## Stretch and next
#
# No points, more fun. `TODO 7` in the brief: one page for one night.
# `TODO 8`: an alarm that knows how much traffic is usual at this hour, over a band that is simulated here.
# `check("10", task=7)` and `check("10", task=8)` judge them.
# **Exercise 11** keeps what each request was answered, so that it can be asked for months later.
