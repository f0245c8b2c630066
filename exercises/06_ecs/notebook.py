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
# # 6 ECS and Fargate
#
# | | |
# |:--|:--|
# | **At the end** | a task definition and a service with two roles, agreeing health checks, and a way back |
# | **Minutes** | room 15 (tasks 1 and 2), full 60 |
# | **Simulated** | `night.py` is written by hand; roles, checks and deployments are computed from your files |
# | **Recorded** | what an emulated AWS did with the starter, the answer and some mistakes |
# | **You write** | [taskdef.json](taskdef.json), [service.yaml](service.yaml) and [answers.toml](answers.toml) |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   users ──► balancer ──► target group ──► task: container on port 8000
#                              │                │            │
#                     is the model loaded?      │            └─ task role: model, predictions
#                              │                │
#                            service ───────► ECS ─ execution role: image, log, key
# ```
#
# You know all of it from Kubernetes, under other names.
# What is new: two roles stand behind each task, and three health checks can stop it.
# When they disagree, tasks start and stop for ever, and nothing is red.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, replay, sh, stop_everything

entry("06")

# %% [markdown]
# ## Run it as it is
#
# The next cell computes what a deployment of the starter's [service.yaml](service.yaml) does to its three tasks.
# No account is asked.
# **Note one thing that surprises you.**

# %%
sh("python -m checker.ecs service.yaml --never-healthy")

# %% [markdown]
# ## Task 1: a size and a log
#
# Predict first.

# %%
predict("06.1")

# %% [markdown]
# **Do.** In [taskdef.json](taskdef.json), give the task a size and its log an address.
# [kubernetes.yaml](kubernetes.yaml) says what the service needs; the [brief](README.md) has the pairs of Fargate.
# JSON has no comments, so nothing marks the places.

# %%
sh("cat taskdef.json", lines=70)

# %%
display(check("06", task=1), predict("06.1"))

# %% [markdown]
# **Explain.** Kubernetes adds up what you ask for; Fargate sells sizes.
# What is asked for and not used is paid all the same.
# Half a CPU is 500m there and 512 here. What would 500 units have been?
#
# ---
# ## Task 2: who is asked, and who answers
#
# Predict first.

# %%
predict("06.2")

# %% [markdown]
# **Do.** Run the next cell: five refusals, two callers.
# Sort them.
# Then name both roles in [taskdef.json](taskdef.json).
# In [service.yaml](service.yaml), at `TODO 2`, give each role its share.

# %%
sh("python night.py denied")

# %%
display(check("06", task=2), predict("06.2"))

# %% [markdown]
# **Explain.** Before the container runs there is no code that could ask.
# So image, key and log stream are asked for by ECS.
# Somebody gets a shell inside the container. What may they read with your two roles, and what with one for all?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: three health checks that agree
#
# Predict first.

# %%
predict("06.3")

# %% [markdown]
# **Do.** Read both tickets, and write their causes into [answers.toml](answers.toml).
# Then repair [service.yaml](service.yaml), in the three places of `TODO 3`.

# %%
display(sh("python night.py a"), sh("python night.py b"))

# %%
display(check("06", task=3), predict("06.3"))

# %% [markdown]
# **Explain.** The balancer's no counts for ECS: it stops the task and starts another.
# The grace period is how long ECS does not listen.
# Why is a grace period of an hour no answer?
#
# ---
# ## Task 4: a bad version goes back
#
# Predict first.

# %%
predict("06.4")

# %% [markdown]
# **Do.** In [service.yaml](service.yaml), the place of `TODO 4`.
# Run the first cell before and after; it ends with what an emulated AWS did, recorded.
# The second one is a deployment of your own; its two numbers go into [answers.toml](answers.toml).

# %%
display(sh("python -m checker.ecs service.yaml --never-healthy"), replay("06", "deploy"))

# %%
sh("python night.py deployment")

# %%
display(check("06", task=4), predict("06.4"))

# %% [markdown]
# **Explain.** The percents decide who serves meanwhile, the breaker decides how long.
# Neither does the other's work.
# The breaker is on and the percents are 0 and 100. How many users notice?
#
# ---
# ## Task 5: more tasks in the evening
#
# Predict first.

# %%
predict("06.5")

# %% [markdown]
# **Do.** In [service.yaml](service.yaml), at `TODO 5`: two resources.
# The [brief](README.md) shows such a pair for another kind of thing.

# %%
sh("python -m checker.ecs service.yaml --desired 12")

# %%
display(check("06", task=5), predict("06.5"))

# %% [markdown]
# **Explain.** The count in the template is where a service begins; the target moves it from there.
# It is evening, twelve tasks run, and somebody deploys the template with its count of three. What happens?
#
# ---
# ## Task 6: a key that is in no file
#
# Predict first.

# %%
predict("06.6")

# %% [markdown]
# **Do.** In [taskdef.json](taskdef.json), the container gets its key by name.
# You gave the right to read it in task 2 already.

# %%
sh("cat taskdef.json", lines=70)

# %%
display(check("06", task=6), predict("06.6"))

# %% [markdown]
# **Explain.** A task definition is kept in every revision, and many people may read it.
# The secret was changed this morning. Which tasks know the new value?

# %% [markdown]
# ## Break it
#
# In [service.yaml](service.yaml), write 100 for both percents, save, and run the cell.
# What does ECS do now with a version that is good?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python -m checker.ecs service.yaml")

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/06_ecs/README.md`, in the folder beside `work`.

# %%
check("06")

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
# - `python -m checker.ecs service.yaml --desired 1 --minimum 100 --maximum 150`: why does nothing move?
# - Write the task definition into the template, and empty `taskdef.json`. What becomes shorter?
# - Put a template of your own work beside it and ask `cfn-lint` about it.
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: **7 GitHub Actions**. The pipeline that registers such a task definition at each commit.
