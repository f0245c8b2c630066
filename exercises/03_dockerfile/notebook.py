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
# # 3 Dockerfile
#
# | | |
# |:--|:--|
# | **At the end** | an image that is small, rebuilds fast, runs unprivileged and stops cleanly |
# | **Minutes** | room 15 (tasks 1 and 2), full 50 |
# | **Simulated** | no image is built: your files are followed by Docker's rules; the health check is really run |
# | **You write** | [Dockerfile](Dockerfile), [.dockerignore](.dockerignore) and [answers.toml](answers.toml) |
# | **The brief** | [README.md](README.md), a complete path without this notebook |
#
# The link to `.dockerignore` is the way to it here: Lab's list of files hides names that begin with a dot.

# %% [markdown]
# ## Why
#
# ```
#   folder ── .dockerignore ──► context ── COPY ──► layer on layer on layer = image ── run ──► process 1
#                 what is sent              what is kept, for ever                 user, signals, health
# ```
#
# An image is a pile of layers, and each step of the file writes one.
# What stands below is kept as long as nothing under it changes.
# What was written is never taken back, whatever a later step removes.
# And in the end all that runs is one process.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, sh, stop_everything

entry("03")

# %% [markdown]
# ## Run it as it is
#
# The next cell follows the starter: which steps run again after one letter of `app.py` changed,
# and what a build is sent.
# **Note one thing that surprises you.**

# %%
sh("python -m checker.dockerfile again app.py")
sh("python -m checker.dockerfile sent context.txt")

# %% [markdown]
# ## Task 1: find what runs again
#
# Choose before you run: put a letter as the second argument, such as `predict("03.1", "a")`.

# %%
predict("03.1")

# %% [markdown]
# **Do.** The next cell shows another team's build: write `second_build` into [answers.toml](answers.toml).
# Then put the steps of your [Dockerfile](Dockerfile) in order: a changed letter of `app.py` installs nothing.

# %%
sh("python steps.py")

# %%
sh("python -m checker.dockerfile again app.py")

# %%
display(check("03", task=1), predict("03.1"))

# %% [markdown]
# **Explain.** The layer below an install decides whether it is kept, not what pip would find.
# What changes rarely stands above, what changes daily stands below.
# What would make the install run again, and should it?
#
# ---
# ## Task 2: run without power, stop when asked
#
# Predict first; two questions this time.

# %%
display(predict("03.2"), predict("03.7"))

# %% [markdown]
# **Do.** At the end of your [Dockerfile](Dockerfile): whose process is it, and which program is process 1?
# The next cell sends SIGTERM to five kinds of command, here on this machine.

# %%
sh("python stop.py")

# %%
display(check("03", task=2), predict("03.2"), predict("03.7"))

# %% [markdown]
# **Explain.** A signal goes to one process. What stands between it and the app must hand it on, and a shell does not.
# Which requests does a killed app lose, and which does a stopped one finish?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: ship what runs, not what builds
#
# Predict first.

# %%
display(predict("03.3"), predict("03.8"))

# %% [markdown]
# **Do.** In your [Dockerfile](Dockerfile): a stage that installs, and one that ships.
# Exact tags, the lock in place of the list, no cache in what ships.
# The [brief](README.md) says what must be true.

# %%
sh("head -3 requirements.txt && grep -c == requirements.lock")

# %%
display(check("03", task=3), predict("03.3"), predict("03.8"))

# %% [markdown]
# **Explain.** The first stage may be as untidy as it likes: nobody pulls it.
# Why does a line that removes files not make the image smaller?
#
# ---
# ## Task 4: ask after its health
#
# Predict first.

# %%
predict("03.4")

# %% [markdown]
# **Do.** The [brief](README.md) shows what the container says of itself: find the cause, and mend the HEALTHCHECK.
# The check runs your code beside an app that is well, ill, and not there.

# %%
display(check("03", task=4), predict("03.4"))

# %% [markdown]
# **Explain.** A health check that can only say yes is worth nothing, and one that can only say no is worse.
# Who reads this health check, and who has one of its own?
#
# ---
# ## Task 5: send little, keep no secret, verify the model
#
# Predict first.

# %%
predict("03.5")

# %% [markdown]
# **Do.** In [.dockerignore](.dockerignore): what is sent.
# In your [Dockerfile](Dockerfile): the token goes, and a step verifies the model.
# The next cells show both.

# %%
sh("python -m checker.dockerfile sent context.txt")

# %%
sh("python verify.py model")

# %%
display(check("03", task=5), predict("03.5"))

# %% [markdown]
# **Explain.** What is not sent cannot get into a layer, and what is not in a layer cannot leak.
# What else comes into an image only because nobody said that it should not?
#
# ---
# ## Task 6: read four images
#
# Predict first.

# %%
predict("03.6")

# %% [markdown]
# **Do.** Run the next cell, add up, and write `shipped_mb` and `leaks` into [answers.toml](answers.toml).

# %%
sh("python images.py")

# %%
display(check("03", task=6), predict("03.6"))

# %% [markdown]
# **Explain.** Layers add up, and nothing is ever taken back.
# What would you look at first in a colleague's image of 2 GB?

# %% [markdown]
# ## Break it
#
# In [.dockerignore](.dockerignore): put a line with two stars, `**`, at the very end, and run the cell.
# Which message would Docker give, and at which step?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python -m checker.dockerfile sent")

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/03_dockerfile/README.md`, in the folder beside `work`.

# %%
check("03")

# %% [markdown]
# ## Stop everything
#
# Nothing of this exercise runs on; the cell is here so that you can be sure.

# %%
stop_everything()

# %% [markdown]
# ## Stretch and next
#
# No points, more fun:
#
# - Put a digest behind your tag. Who tells you when Python is repaired, and who changes the line then?
# - Run `hadolint Dockerfile`. Which of its rules would you follow, which not, and why?
# - Write a Dockerfile that is wrong and passes all our rows, and tell us.
#
# Next: **4 Compose**. The image gets company.
