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
# # Start here
#
# You have a model that works on a laptop.
# At the end of this course it answers strangers' requests, survives a bad night, and tells you when it is wrong.
#
# You will have built, and had checked, every file that this takes:
# a service, an image, a stack of containers, a rollout without a failed request,
# pipelines, metrics and alarms, a log of what was predicted.
#
# One model runs through all of it: given a user and a movie, how likely is it that the user likes the movie?
# Its service is running now:
# open the tile **Sample service** of the launcher (menu **File**, **New Launcher**),
# or the address of the sample service that the start command printed.

# %% [markdown]
# ## Turn your first check green
#
# Ten minutes, and you have used everything that the rest of the course uses.
#
# 1. Run the cell below: click into it, then **Shift+Enter**.
#    It checks the first task of exercise 1 as it lies there, and some rows say **not yet**.
#    Read one of them: what was tried, what was seen, what was expected, where.

# %%
from checker.notebook import check, progress

check("01", task=1)

# %% [markdown]
# 2. Open [app.py](01_prediction_endpoint/app.py), the file that the row names.
#    It opens in a tab of its own; drag the tab to the right, and you see both.
# 3. Find `class PredictRequest`. Its first line says what becomes of a field that nobody knows: `"ignore"`.
#    One of the rows wants such a field refused. Change that one word to `"forbid"`, and save with **Ctrl+S**.
# 4. Run the cell again: the row has turned **passed**.
#    If not, its message tells about the file as you saved it.
#
# The other rows of task 1 say what else must be true of the fields.
# Exercise 1 takes you there, with hints as you need them.
#
# A row passes when what it says is true, whichever way you wrote it.

# %% [markdown]
# ## How you work
#
# | | in a notebook | in a terminal |
# |:--|:--|:--|
# | check an exercise | `check("01")` | `checker check 1` |
# | check at each save | | `checker check 1 --watch` |
# | a hint, from a nudge to an example | | `checker hint 1` |
# | see how far you are | `progress()` | `checker status` |
# | stuck for good: have one task put in place | | `checker unblock 1.2` |
# | begin an exercise anew; yours is kept aside | | `checker reset 1` |
# | something is wrong with the machine | | `checker doctor` |
#
# A terminal: menu **File**, **New**, **Terminal**.
#
# - **The files are the hand-in.** A notebook is the bench you work at;
#   what counts are `app.py` and its neighbors.
# - **Nothing here can break.** `checker reset` brings every file back,
#   and starting the course again overwrites nothing of yours.
# - **A check never takes points for its own faults.** When a row says *could not check*, it is not you.
# - **Predictions are for you.** Notebooks ask you to guess before you run. Guesses are never graded,
#   and a wrong one teaches more.

# %% [markdown]
# ## The exercises
#
# Minutes: in a room with others / all of it, alone.
#
# {{ the exercises }}
#
# Each can be done by itself; from 1 to 5 each takes up the idea of the one before.
#
# Then comes the **final project**: deploy, watch, load, break and repair a service of your own, in 300 minutes alone.
# `checker start project` in a terminal lays it into `12_project`, with your own files; its README leads on.

# %%
progress()

# %% [markdown]
# ## Next
#
# [Exercise 1, Prediction endpoint](01_prediction_endpoint/01_prediction_endpoint.ipynb):
# the notebook leads you through it, task by task.
# Prefer an editor of your own and a terminal?
# Its [brief](01_prediction_endpoint/README.md) is a complete path without notebooks.
