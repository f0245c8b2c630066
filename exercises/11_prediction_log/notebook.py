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
# # 11 Prediction log
#
# | | |
# |:--|:--|
# | **At the end** | predictions in a bucket that are cheap to query, complete after a crash, and forgettable |
# | **Minutes** | room 15 (tasks 1 and 2), full 60 |
# | **Simulated** | S3 (an emulator) and Athena (a stand-in), on this machine; code and rows are real |
# | **You write** | [writer.py](writer.py), [one_day.sql](one_day.sql), and from task 3 on four files more |
# | **The brief** | [README.md](README.md), a complete path without this notebook, but for the stretch |

# %% [markdown]
# ## Why
#
# ```
#   request ──► record() ──► spool (disk) ──► ship() ──► dt=2026-11-17/….parquet ──► SQL ──► plots
#               returns at once              every few minutes      one folder a day
# ```
#
# A log of predictions is asked for months: how fast, how many, does the score drift, what do we know of this user?
# What each answer costs, and whether it is true, is decided when rows are written.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, sh, stop_everything

entry("11")

# %% [markdown]
# ## Run it as it is
#
# The given writer records 300 predictions, and a scan reads your own November.
# **Note one thing that surprises you.**

# %%
sh("python -m checker.services lab.py write")

# %%
sh("python -m checker.services lab.py scan")

# %% [markdown]
# ## Task 1: one object per batch and day
#
# Choose before you run: put a letter as the second argument, such as `predict("11.1", "a")`.

# %%
predict("11.1")

# %% [markdown]
# **Do.** In [writer.py](writer.py): `record` leaves the bucket alone.
# `ship` makes one Parquet object per batch and day.
# The [brief](README.md) has the contract; `lake.py` has what writes an object.
# The next cell shows the bucket.

# %%
sh("python -m checker.services lab.py write")

# %%
display(check("11", task=1), predict("11.1"))

# %% [markdown]
# **Explain.** Rows of a day lie together because somebody will ask for a day.
# Who asks decides how a lake is cut.
# Why not cut it by user, since users ask to be forgotten?
#
# ---
# ## Task 2: read one day, and no other
#
# Predict first.

# %%
predict("11.2")

# %% [markdown]
# **Do.** In [one_day.sql](one_day.sql): the same numbers, out of the objects of one day.
# The next cell shows what it opens, beside three other queries.

# %%
sh("python -m checker.services lab.py scan")

# %%
display(check("11", task=2), predict("11.2"))

# %% [markdown]
# **Explain.** The names of folders are known before anything is opened.
# All else is inside.
# Which of the three queries would a bill tell you about?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: lose nothing in a crash
#
# Predict first.

# %%
predict("11.3")

# %% [markdown]
# **Do.** In [writer.py](writer.py), class `Spool`: what waits is on the disk, in batches that keep their name.
# The next cell kills your writer after 50 predictions, and starts it again.

# %%
sh("python -m checker.services lab.py crash")

# %%
display(check("11", task=3), predict("11.3"))

# %% [markdown]
# **Explain.** Keep first, upload second, throw away last.
# Each order of the three gives another promise.
# A power cut, in place of a kill: what is different?
#
# ---
# ## Task 4: make the table agree with the files
#
# Predict first.

# %%
predict("11.4")

# %% [markdown]
# **Do.** Run the next cell, and compare [table.sql](table.sql) with `lake.py`: names, types, folders.
# Then somebody has to tell the table which folders there are.

# %%
sh("python -m checker.services lab.py table")

# %%
display(check("11", task=4), predict("11.4"))

# %% [markdown]
# **Explain.** A wrong type is loud, a wrong name is NULL, a missing partition is nothing at all.
# The quietest fault is the worst one.
# Tomorrow there is a new folder. Which of the ways to declare partitions finds it?
#
# ---
# ## Task 5: mend two numbers of the report, and read it
#
# Predict first.

# %%
predict("11.5")

# %% [markdown]
# **Do.** Two tickets stand in the [brief](README.md), about [speed.sql](speed.sql) and [drift.sql](drift.sql).
# The next cell prints both and draws `report.html`.
# From which day on are the scores lower? Write it into [answers.toml](answers.toml).

# %%
sh("python -m checker.services lab.py report")

# %%
display(check("11", task=5), predict("11.5"))

# %% [markdown]
# **Explain.** Both queries ran, and both were wrong: one mixed percentiles, one mixed types.
# And then somebody has to read them.
# What would you look at before you call this drift?
#
# ---
# ## Task 6: name nobody, forget somebody
#
# Predict first.

# %%
predict("11.6")

# %% [markdown]
# **Do.** In [writer.py](writer.py): `user_key` and `forget`.
# The next cell tries to find out who is who, and then forgets one user.

# %%
sh("python -m checker.services lab.py forget")

# %%
display(check("11", task=6), predict("11.6"))

# %% [markdown]
# **Explain.** A keyed name can be counted and found, by whoever has the key.
# It is still about a person.
# What happens to the rows when the key is thrown away?

# %% [markdown]
# ## Break it
#
# In [writer.py](writer.py), function `ship`: move `self.spool.done(name)` to the first line of the loop.
# Run the cell.
# Which row says so, and would `lab.py write` have told you?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
check("11", task=3)

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/11_prediction_log/README.md`, in the folder beside `work`.

# %%
check("11")

# %% [markdown]
# ## Stop everything
#
# Nothing of this exercise runs on: each command took its bucket along. The cell is here so that you can be sure.

# %%
stop_everything()

# %% [markdown]
# ## Stretch and next
#
# No points, more fun:
#
# - **Compaction**: a day of five-minute batches has 288 objects. Write a function that makes one object of a day's.
#   You may write the new object first, or delete the old ones first: what does each order cost a query in between, and
#   what a process that is killed there?
# - **Lifecycle**: write the rule that deletes objects below `predictions/` after 90 days, with boto3's
#   `put_bucket_lifecycle_configuration`. What does it do to old versions, where the bucket keeps them?
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: the **final project**. All parts at once.
