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
# # 2 Model inference
#
# | | |
# |:--|:--|
# | **At the end** | a model that is loaded once and safely, fed what it was trained on, and a proof of it |
# | **Minutes** | room 20 (tasks 1 and 2), full 60 |
# | **Simulated** | the ratings behind the model are made up; model, tables and LightGBM are real |
# | **You write** | [inference.py](inference.py) and [answers.toml](answers.toml) |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   request ──► features by name ──► row by place ──► trees ──► score ──► class
#                    ▲                    ▲             ▲                   ▲
#               online.json           features      model.txt           threshold
#                                   (manifest.json says what all of them must be)
# ```
#
# A model takes any row of the right length, and answers.
# No error tells you that the numbers stand at wrong places.
# So the order, the threshold and the digests travel with the model, and code asks for them.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, sh, stop_everything

entry("02")

# %% [markdown]
# ## Run it as it is
#
# The next cell shows three rows as the model gets them, and how well the rows of the starter rank labelled requests.
# It takes some seconds; you will find out why.
# **Note one thing that surprises you.**

# %%
sh("python probe.py")

# %% [markdown]
# ## Task 1: find the order
#
# Choose before you run: put a letter as the second argument, such as `predict("02.1", "a")`.

# %%
predict("02.1")

# %% [markdown]
# **Do.** The output above ends with a question: write its answer into [answers.toml](answers.toml).
# Then repair the order in [inference.py](inference.py), function `row`.
# Run the next cell and look at the AUC.

# %%
sh("python probe.py")

# %% [markdown]
# Which rows are passed now?

# %%
display(check("02", task=1), predict("02.1"))

# %% [markdown]
# **Explain.** Names are for people; LightGBM counts places.
# The only place that knows the training's order is the manifest.
# How would you notice such a swap in a running service?
#
# ---
# ## Task 2: load once, and only what the manifest vouches for
#
# Predict first.

# %%
predict("02.2")

# %% [markdown]
# **Do.** In [inference.py](inference.py), class `Bundle`: three properties read files at each use.
# Read them once, when the object is made; LightGBM sees only what the manifest vouches for.
# What a refusal must tell stands in the [brief](README.md): read it first.
# The next cell loads half a model in a process of its own. Run it before and after.

# %%
sh("python probe.py spoiled")

# %%
display(check("02", task=2), predict("02.2"))

# %% [markdown]
# **Explain.** Files are compared first and loaded at a known moment: at the start.
# Best, load the very bytes that were compared.
# A file that changes later changes nothing.
# Who vouches for the manifest?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: make the batch agree with the single call
#
# Predict first.

# %%
predict("02.3")

# %% [markdown]
# **Do.** In [inference.py](inference.py), `predict_batch`: two faults in two lines.
# One moves answers to other requests, one changes numbers.
# Then see what a row costs.

# %%
sh("python cost.py")

# %%
display(check("02", task=3), predict("02.3"))

# %% [markdown]
# **Explain.** Both faults look like care: sorted for speed, small for memory.
# Neither shows in a test with three easy rows.
# Why does one call for 1,000 rows cost less than 1,000 calls?
#
# ---
# ## Task 4: say what is not known
#
# Predict first.

# %%
predict("02.4")

# %% [markdown]
# **Do.** Two tickets stand in the [brief](README.md).
# Find both causes in [inference.py](inference.py), function `features`.
# The brief's table says what the training put where it knew nothing.
# The next cell shows a movie without a year, as the tables have it.

# %%
SHOW = "t = json.load(open('model/online.json')); print([i for i in t['items'].values() if i['year'] is None][0])"
sh(f'python -c "import json; {SHOW}"')

# %%
display(check("02", task=4), predict("02.4"))

# %% [markdown]
# **Explain.** NaN says "not known" and has a way of its own through the trees.
# A first visit is known, though: it has no ratings yet.
# Which of the two faults would you find in a dashboard, and where?
#
# ---
# ## Task 5: turn a score into a class
#
# Predict first.

# %%
predict("02.5")

# %% [markdown]
# **Do.** In [inference.py](inference.py), function `answer`: the class follows the threshold of this model.
# Mind the score that is exactly the threshold.

# %%
sh("grep threshold model/manifest.json")

# %%
display(check("02", task=5), predict("02.5"))

# %% [markdown]
# **Explain.** The number 0.5 has no rights of its own: people chose it for this model.
# The next model has a better AUC and the same threshold. May it go live?
#
# ---
# ## Task 6: measure the damage
#
# Predict first.

# %%
predict("02.6")

# %% [markdown]
# **Do.** Run the next cell with tasks 1 and 2 done.
# Write the number of changed classes into [answers.toml](answers.toml).

# %%
sh("python probe.py damage")

# %%
display(check("02", task=6), predict("02.6"))

# %% [markdown]
# **Explain.** Half of the answers were wrong, each of them plausible.
# Scores of known rows, compared at each start, are the only alarm here.
# What would a test look like that fails on the first day of the incident?

# %% [markdown]
# ## Break it
#
# In [inference.py](inference.py), function `row`: hand over the numbers in reverse order, and run the cell.
# Does anything but the AUC tell you?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python probe.py | tail -2")

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/02_model_inference/README.md`, in the folder beside `work`.

# %%
check("02")

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
# - Write the scores of five known requests into a file, and compare with it in `load`.
#   Which faults of this exercise does it find?
# - Let a program copy another model over the files every second while `cost.py` runs. What changes?
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: **3 Dockerfile**. The code and its model move into an image.
