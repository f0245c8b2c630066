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
# # 8 CodeBuild and CodePipeline
#
# | | |
# |:--|:--|
# | **At the end** | a buildspec that lets nothing out of a failed build; a pipeline that carries one digest |
# | **Minutes** | room 15 (tasks 1 and 2), full 50 |
# | **Simulated** | docker, aws and the tests are stand-ins that only answer; your commands run for real, in bash |
# | **You write** | [buildspec.yml](buildspec.yml), [pipeline.yaml](pipeline.yaml) and [answers.toml](answers.toml) |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   install ─► pre_build ─► build ─► post_build ─► artifact
#                  │          │           ▲
#                fails      fails         │
#                  │          └───────────┘   what does post_build do now?
#             nothing more
#
#   source ─► build ─► staging, smoke test ─► a person ─► production
#                         ▲                                   │ fails
#                     one digest            the digest before ◄
# ```
#
# A red build that pushes is worse than no pipeline: everybody believes that it stopped.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, sh, stop_everything

entry("08")

# %% [markdown]
# ## Run it as it is
#
# The next cell runs the phases of [buildspec.yml](buildspec.yml) on this machine, with a failing test.
# The log reads as CodeBuild's does; docker and aws are stand-ins.
# **Note one thing that surprises you.**

# %%
sh("python -m checker.buildspec --fail tests")

# %% [markdown]
# ## Task 1: read the log
#
# Choose before you run: put a letter as the second argument, such as `predict("08.1", "a")`.

# %%
predict("08.1")

# %% [markdown]
# **Do.** The next cell prints the log of five builds.
# One FAILED and pushed all the same, one SUCCEEDED although a test failed.
# Write both numbers into [answers.toml](answers.toml).

# %%
sh("python history.py", lines=90)

# %%
display(check("08", task=1), predict("08.1"))

# %% [markdown]
# **Explain.** A phase ends with its first failure, and post_build follows build either way.
# A line ends with the exit code of its last command.
# The red build pushed the image called latest. Who would have noticed, and when?
#
# ---
# ## Task 2: a failed build pushes nothing
#
# Predict first.

# %%
predict("08.2")

# %% [markdown]
# **Do.** In [buildspec.yml](buildspec.yml), the places of `TODO 2`.
# Where must the tests stand, and what does post_build ask first?
# Run the cell before and after.

# %%
display(
    sh("python -m checker.buildspec --fail tests"),
    sh("python -m checker.buildspec --fail docker-build"),
    sh("python -m checker.buildspec --fail start"),
)

# %%
display(check("08", task=2), predict("08.2"))

# %% [markdown]
# **Explain.** Tests in pre_build end the build before an image exists; the question in post_build covers the rest.
# Why is one of the two not enough?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: hand on a digest
#
# Predict first.

# %%
predict("08.3")

# %% [markdown]
# **Do.** In [buildspec.yml](buildspec.yml), the places of `TODO 3`.
# A tag for each commit, and a file that names what was pushed.
# The last lines of the next cell show the artifact.

# %%
sh("python -m checker.buildspec")

# %%
display(check("08", task=3), predict("08.3"))

# %% [markdown]
# **Explain.** The registry computes the digest when the image arrives, so it is known after the push.
# Why does the build host call the same image by another digest?
#
# ---
# ## Task 4: stages, a person, and the way back
#
# Predict first.

# %%
predict("08.4")

# %% [markdown]
# **Do.** In [pipeline.yaml](pipeline.yaml), the place of `TODO 4`.
# Turn one stage into several; the [brief](README.md) says who waits for whom.
# Stages before the place show the form of an action. cfn-lint reads the file below.

# %%
sh("cfn-lint pipeline.yaml")

# %%
display(check("08", task=4), predict("08.4"))

# %% [markdown]
# **Explain.** Between stages the order is that of the file; inside a stage it is RunOrder.
# Why does going back need the digest of task 3?
#
# ---
# ## Task 5: what the build may do, and what a tag may do
#
# Predict first.

# %%
predict("08.5")

# %% [markdown]
# **Do.** In [pipeline.yaml](pipeline.yaml), the places of `TODO 5`.
# Which calls does your buildspec make, and on which resource?
# The next cell shows each call of docker and aws in order.

# %%
sh("python -m checker.buildspec | grep -E 'docker|aws'")

# %%
display(check("08", task=5), predict("08.5"))

# %% [markdown]
# **Explain.** The role is there for whoever writes a line of the build, and a package of your tests does.
# Which of the rights would a stolen package have used first?
#
# ---
# ## Task 6: minutes and a cache
#
# Predict first.

# %%
predict("08.6")

# %% [markdown]
# **Do.** Count the minutes on the bill, and write them into [answers.toml](answers.toml).
# Then let two files agree on what is kept: `TODO 6` in [buildspec.yml](buildspec.yml)
# and in [pipeline.yaml](pipeline.yaml).

# %%
sh("python history.py minutes")

# %%
display(check("08", task=6), predict("08.6"))

# %% [markdown]
# **Explain.** The cache belongs to the project, its content to the buildspec, and neither complains about the other.
# What could a cache bring back that you had repaired?

# %% [markdown]
# ## Break it
#
# In [buildspec.yml](buildspec.yml), write `on-failure: CONTINUE` below `pre_build:`, save, and run the cell.
# Which phase runs now, and what keeps the image back?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again.

# %%
sh("python -m checker.buildspec --fail tests")

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/08_codebuild/README.md`, in the folder beside `work`.

# %%
check("08")

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
# - Run a buildspec of your own: `python -m checker.buildspec yours.yml --fail tests`.
# - Let `exported-variables` carry the digest to the approval, so that the person sees what they agree to.
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: **9 Metrics**. What users feel, measured.
