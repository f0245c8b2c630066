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
# # 7 GitHub Actions
#
# | | |
# |:--|:--|
# | **At the end** | a pipeline in which nothing untested is built and no long-lived key exists |
# | **Minutes** | room 20 (tasks 1 and 2), full 60 |
# | **Simulated** | the cloud and the history are made up; runs are computed from your file, recorded ones by act |
# | **You write** | [deploy.yml](deploy.yml) and [answers.toml](answers.toml) |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   commit ──► test ──► build ──► staging ──► production
#                │        │                        ▲
#              fails   one digest ─────────────────┤
#                │                              a person
#            nothing more                 and an older digest, by hand
# ```
#
# A pipeline decides what reaches the users when nobody looks.
# It is also the place where strangers' code meets your keys.
# Both are decided by a few lines of one file, and the rest of it looks the same either way.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, replay, sh, stop_everything

entry("07")

# %% [markdown]
# ## Run it as it is
#
# The next cell reads [deploy.yml](deploy.yml) and computes which jobs a push to main runs.
# Nothing is executed: a computed run takes a second and needs no account.
# The cell after it shows the same push as act ran it, a program that executes workflows on one machine.
# **Note one thing that surprises you.**

# %%
sh("python -m checker.workflows deploy.yml")

# %%
replay("07", "push")

# %% [markdown]
# ## Task 1: find the run, and put the tests in front
#
# Choose before you run: put a letter as the second argument, such as `predict("07.1", "a")`.

# %%
predict("07.1")

# %% [markdown]
# **Do.** Run the next cell: one run put untested code into production.
# Write its number into [answers.toml](answers.toml).
# Then repair `build` in [deploy.yml](deploy.yml), at `TODO 1`.
# The second command shows the push to main while the tests fail; run it before and after.

# %%
display(sh("python history.py"), sh("python -m checker.workflows deploy.yml --fail test"))

# %%
display(check("07", task=1), predict("07.1"))

# %% [markdown]
# **Explain.** Jobs start together; `needs` is the only arrow between them.
# A job that needs a skipped job is skipped too.
# The run is red, and so is the badge. Why did nobody notice that production had the commit?
#
# ---
# ## Task 2: least rights, and no key
#
# Predict first.

# %%
predict("07.2")

# %% [markdown]
# **Do.** In [deploy.yml](deploy.yml), the places of `TODO 2`.
# Say what every token may do, what three jobs may do besides, and how build logs in.
# The job `staging` shows a login without a key.
# The next cell shows what each token may do.

# %%
sh("python -m checker.workflows deploy.yml")

# %%
display(check("07", task=2), predict("07.2"))

# %% [markdown]
# **Explain.** A key is true for whoever holds it; an identity is true for one run.
# The cloud compares who the run is with whom it trusts.
# Who could use an access key that stands in a secret, and who can use the role?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: one image, by digest
#
# Predict first.

# %%
predict("07.3")

# %% [markdown]
# **Do.** In [deploy.yml](deploy.yml), the places of `TODO 3`.
# One build; its digest for both deployments; production last, and after a person's yes.
# The [brief](README.md) has a commit for the action that builds.
# Look at the last word of each `deploy.sh`.

# %%
sh("python -m checker.workflows deploy.yml --commands")

# %%
display(check("07", task=3), predict("07.3"))

# %% [markdown]
# **Explain.** A digest is computed from the bytes, so it cannot mean two images.
# It travels as an output, from job to job that names it.
# Staging and production build the same commit. Why may the images differ?
#
# ---
# ## Task 4: find what strangers could do
#
# Predict first.

# %%
predict("07.4")

# %% [markdown]
# **Do.** Three doors stand open in [deploy.yml](deploy.yml): actions, pull requests, scripts and tokens.
# zizmor names lines; the [brief](README.md) says what must be true.

# %%
display(sh("zizmor --offline --min-severity medium deploy.yml"), sh("python -m checker.workflows deploy.yml fork"))

# %%
display(check("07", task=4), predict("07.4"))

# %% [markdown]
# **Explain.** A stranger's code may run, as long as it holds nothing.
# Which of the three doors would you have found without a tool?
#
# ---
# ## Task 5: once, and one at a time
#
# Predict first.

# %%
predict("07.5")

# %% [markdown]
# **Do.** In [deploy.yml](deploy.yml), the places of `TODO 5`: which pushes count, and which runs wait for each other.

# %%
sh("python -m checker.workflows deploy.yml tag")

# %%
display(check("07", task=5), predict("07.5"))

# %% [markdown]
# **Explain.** A filter decides what starts, a group what waits.
# Two pushes, two runs, no group. Which image is in production afterwards?
#
# ---
# ## Task 6: go back
#
# Predict first.

# %%
predict("07.6")

# %% [markdown]
# **Do.** Read the digest to go back to from the next cell, and write it into [answers.toml](answers.toml).
# Then give [deploy.yml](deploy.yml) its button, at `TODO 6`, and press it on paper.

# %%
sh("python history.py production")

# %%
sh("python -m checker.workflows deploy.yml dispatch --input digest=sha256:0a1b --commands")

# %%
display(check("07", task=6), predict("07.6"))

# %% [markdown]
# **Explain.** The way back is a deployment of something that has run before.
# It asks the same person, and it needs neither test nor build.
# The old image is back. What is not?

# %% [markdown]
# ## Break it
#
# In [deploy.yml](deploy.yml), write `if: always()` below the `needs` of `production`, save, and run the cell.
# Which deployment happens now, with which image?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python -m checker.workflows deploy.yml --fail test --commands")

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/07_github_actions/README.md`, in the folder beside `work`.

# %%
check("07")

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
# - Put a file of your own work beside this one and ask: `python -m checker.workflows yours.yml fork`.
# - Turn the two deployments into one workflow that is called twice. What becomes shorter, and what harder to read?
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: **8 CodeBuild and CodePipeline**. The same pipeline in another vendor's words.
