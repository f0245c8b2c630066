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
# # 12 Retries
#
# | | |
# |:--|:--|
# | **At the end** | a policy of ten lines that any client can use |
# | **Minutes** | room 30 (tasks 1 and 2), full 50 |
# | **Simulated** | the crowd: a script that draws when clients come back |
# | **You write** | [retries.py](retries.py), later [answers.toml](answers.toml) |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   client ── request ──►  service (down)
#      ▲                      │
#      └── pause, doubled ◄───┘
# ```
#
# A client that asks again at once keeps the service down.
# One that waits lets it get up.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, sh, stop_everything

entry("12")

# %% [markdown]
# ## Run it as it is
#
# The next cell prints six pauses and what is sent again.
# **Note one thing that surprises you.**

# %%
sh("python retries.py")

# %% [markdown]
# ## Task 1: how long to wait
#
# Choose before you run: put a letter as the second argument, such as `predict("12.1", "a")`.

# %%
predict("12.1")

# %% [markdown]
# **Do.** In [retries.py](retries.py), `pause`: make the pauses those of the [brief](README.md).

# %%
sh("python retries.py")

# %%
display(check("12", task=1), predict("12.1"))

# %% [markdown]
# **Explain.** Each retry waits as long as all before it together, so a crowd thins out fast.
# What would a client see if the pause never grew?

# %% [markdown]
# ## Task 2: what is worth another try
#
# Predict first.

# %%
predict("12.2")

# %% [markdown]
# **Do.** In [retries.py](retries.py), `again`: read the two tickets in the [brief](README.md) and find what they share.

# %%
sh("python retries.py")

# %%
display(check("12", task=2), predict("12.2"))

# %% [markdown]
# **Explain.** Some refusals are about the request, others about the moment.
# Which of the two mistakes costs the service more?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: when all come back at once
#
# Predict first.

# %%
predict("12.3")

# %% [markdown]
# **Do.** Run the next cell and copy the largest count into [answers.toml](answers.toml).

# %%
sh("python crowd.py")

# %%
display(check("12", task=3), predict("12.3"))

# %% [markdown]
# **Explain.** The mean is 20, and the service must survive the busiest second.
# Would twice as many clients double the largest count?

# %% [markdown]
# ## Break it
#
# In [retries.py](retries.py), let the longest pause be one second, and run the cell.
# How many retries fit into a minute?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python retries.py")

# %% [markdown]
# ## All rows
#
# When they are passed: [why this answer](../../solutions/12_retries/README.md).

# %%
check("12")

# %% [markdown]
# ## Stop everything

# %%
stop_everything()

# %% [markdown]
# ## Stretch and next
#
# No points: let chance shorten each pause, and look at the crowd again.
