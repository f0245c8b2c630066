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
# # 4 Compose
#
# | | |
# |:--|:--|
# | **At the end** | a stack that starts on any machine: its parts find each other, wait, keep data, and are closed |
# | **Minutes** | room 12 (tasks 1 and 2), full 45 |
# | **Simulated** | without an engine nothing starts; what would happen is computed by Compose's own rules |
# | **You write** | [compose.yaml](compose.yaml) and [answers.toml](answers.toml); later three small files |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   this machine                  the network of the stack
#   ┌──────────────┐   8080     ┌──────────────┐        ┌───────────────┐
#   │ browser,curl │ ─────────► │ api    :8000 │ ─────► │ redis   :6379 │──► volume
#   │              │   9090     ├──────────────┤        └───────────────┘
#   │              │ ─────────► │ prometheus   │ ──► api:8000/metrics
#   └──────────────┘            └──────────────┘
# ```
#
# On one laptop everything is localhost, everything is there already, and nothing is ever thrown away.
# In containers none of this is true.
# Four questions decide whether a stack runs elsewhere: who finds whom, who waits for whom, what lasts, what is open.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, replay, sh, stop_everything

entry("04")

# %% [markdown]
# ## Run it as it is
#
# The next cell shows what Compose would build from the files of the starter.
# In the table of names a row asks, and a column is the name that it asks for.
# The cell after it shows how such a start went on a real engine: the recording nearest to your files.
# **Note one thing that surprises you.**

# %%
sh("python -m checker.compose")

# %%
replay("04", "up")

# %% [markdown]
# ## Task 1: find Redis
#
# Choose before you run: put a letter as the second argument, such as `predict("04.1", "a")`.

# %%
predict("04.1")

# %% [markdown]
# **Do.** The next cell shows the log of the night and asks about one line.
# Write who was asked into [answers.toml](answers.toml).
# Then repair the name in [compose.yaml](compose.yaml), service api.

# %%
sh("python questions.py log")

# %% [markdown]
# Which rows are passed now?

# %%
display(check("04", task=1), predict("04.1"))

# %% [markdown]
# **Explain.** A container has a localhost of its own, and so has the laptop.
# The names of services are known inside their network, and nowhere else.
# Why is a name better here than the address that the container has today?
#
# ---
# ## Task 2: start when Redis answers
#
# Predict first.

# %%
predict("04.2")

# %% [markdown]
# **Do.** In [compose.yaml](compose.yaml), two places: Redis is asked whether it answers, and the API waits for that.
# The [brief](README.md) says which programs the image of Redis has.
# The next cell shows in its block Start who waits for what.

# %%
sh("python -m checker.compose")

# %%
display(check("04", task=2), predict("04.2"))

# %% [markdown]
# **Explain.** Compose waits at the start, and at the start alone.
# Redis may still go away an hour later, and then no line of this file helps the API.
# Who repairs a container that is unhealthy and goes on running?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: keep the likes
#
# Predict first.

# %%
predict("04.3")

# %% [markdown]
# **Do.** In [compose.yaml](compose.yaml): Redis gets a place that outlives its container.
# Then run the next cell, follow the story with two counters, and write both numbers into [answers.toml](answers.toml).

# %%
sh("python questions.py story")

# %%
display(check("04", task=3), predict("04.3"))

# %% [markdown]
# **Explain.** What lasts is decided by what stands at the path that is written to.
# The image's own volume has no name, so the next container gets another.
# Which line of the output of the first cell would have warned the team?
#
# ---
# ## Task 4: let Prometheus find the API
#
# Predict first.

# %%
predict("04.4")

# %% [markdown]
# **Do.** In [prometheus.yml](prometheus.yml): the target must be a name and a port.
# Both must answer from inside the container of Prometheus.
# The next cell shows both numbers of each published port.

# %%
sh("python -m checker.compose | grep -A 4 'Ports of'")

# %%
display(check("04", task=4), predict("04.4"))

# %% [markdown]
# **Explain.** Prometheus asks; nobody sends it anything.
# So what counts is how the world looks from its container.
# Would this target still work if the API had no published port at all?
#
# ---
# ## Task 5: close what is open
#
# Predict first, twice.

# %%
display(predict("04.5"), predict("04.5b"))

# %% [markdown]
# **Do.** In [compose.yaml](compose.yaml): who needs which port, and from where?
# The token leaves the file; [api.env.example](api.env.example) says that one is needed.
# The [brief](README.md) lists what must be true.

# %%
sh("python -m checker.compose | grep -A 12 'Ports of'")

# %%
display(check("04", task=5), predict("04.5"))

# %% [markdown]
# **Explain.** A published port without an address is open on every address of the machine.
# An env file keeps a value out of git, and does no more than that.
# What must happen to the old token, now that it stands in no file any more?
#
# ---
# ## Task 6: develop without touching the server's file
#
# Predict first.

# %%
predict("04.6")

# %% [markdown]
# **Do.** In [compose.override.yaml](compose.override.yaml): only what is different in development.
# The next cell compares the variables of both: the server's first, yours below.

# %%
sh("python -m checker.compose -f compose.yaml | tail -8; echo; python -m checker.compose | tail -8")

# %%
display(check("04", task=6), predict("04.6"))

# %% [markdown]
# **Explain.** Mappings are merged by key, single values replaced, lists joined.
# So an override that repeats a service can undo what the first file promises.
# Why does the mount of the code not belong into compose.yaml?

# %% [markdown]
# ## Break it
#
# In [compose.yaml](compose.yaml): give redis the line `networks: [back]`.
# At the end of the file add the lines `networks:` and `  back:`.
# Who finds Redis now, and by which name?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python -m checker.compose | grep -A 6 Names")

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/04_compose/README.md`, in the folder beside `work`.

# %%
check("04")

# %% [markdown]
# ## Stop everything
#
# Nothing of this exercise runs on, unless you started the stack with an engine.
# In that case `docker compose down -v` in a terminal ends it.

# %%
stop_everything()

# %% [markdown]
# ## Stretch and next
#
# No points, more fun:
#
# - Start the stack with the profile dashboards and look at Grafana. Where does its dashboard come from?
# - Switch the healthcheck of redis off in the override. What does `docker compose up --wait` say?
# - Redis saves when it is stopped. Which likes are lost when it is killed, and which setting of Redis changes that?
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: **5 Kubernetes**. The same four questions, and new words for the answers.
