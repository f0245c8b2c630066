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
# # 5 Kubernetes
#
# | | |
# |:--|:--|
# | **At the end** | a service that is updated without a failed request, and a way to read why a rollout is stuck |
# | **Minutes** | room 35 (tasks 1 and 2), full 75 |
# | **Simulated** | no cluster: rollouts are computed, tickets are written after what kubectl prints |
# | **You write** | [deployment.yaml](deployment.yaml), [answers.toml](answers.toml), and three files that are empty |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   clients ──► Service (port 80) ──► pods with the labels that it selects (port 8000)
#                                      ▲      ▲
#                   ready? alive? ─────┘      └───── Deployment: so many, of this template
#                   (probes)                         ▲
#                                                    └── autoscaler: how many
# ```
#
# You say what there should be, and controllers work towards it, step by step.
# Nothing fails loudly: what cannot be reached is tried again, for ever.
# So you have to know where to look, and what the steps are.

# %%
from IPython.display import display

from checker.notebook import check, entry, predict, rollout, sh, stop_everything

entry("05")

# %% [markdown]
# ## Run it as it is
#
# The next cell computes the update of the starter's Deployment, step by step.
# **Note one thing that surprises you** in the column *serving*.

# %%
rollout("deployment.yaml")

# %% [markdown]
# ## Task 1: read three tickets, repair three lines
#
# Choose before you run: put a letter as the second argument, such as `predict("05.1", "a")`.

# %%
display(predict("05.1"), predict("05.1cpu"))

# %% [markdown]
# **Do.** Read your three tickets below. Write the cause of each into [answers.toml](answers.toml).
# Then repair the three fenced places in [deployment.yaml](deployment.yaml), the file that all teams copied.
# The words to choose from and the contract stand in the [brief](README.md).

# %%
display(sh("python ticket.py a"), sh("python ticket.py b"), sh("python ticket.py c"))

# %% [markdown]
# Which rows are passed now?

# %%
display(check("05", task=1), predict("05.1"), predict("05.1cpu"))

# %% [markdown]
# **Explain.** Status, last state and events tell three different things, and only together the cause.
# In all three, the old pods went on serving.
# Why did nobody notice for three days, and what would have told them on Friday?
#
# ---
# ## Task 2: a Service that finds its pods
#
# Predict first.

# %%
predict("05.2")

# %% [markdown]
# **Do.** Write [service.yaml](service.yaml).
# The [brief](README.md) says what must be true, and shows the Service of a cache.
# The next cell shows the labels and ports of your pods.

# %%
sh("grep -n -A12 'template:' deployment.yaml")

# %%
display(check("05", task=2), predict("05.2"))

# %% [markdown]
# **Explain.** Labels are the only tie between a Service and its pods.
# A name for the port keeps its number in one place.
# What happens to requests while the selector is right, and no pod is ready?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: two more probes
#
# Predict first.

# %%
predict("05.3")

# %% [markdown]
# **Do.** In [deployment.yaml](deployment.yaml), below the readiness probe:
# one probe for a process that hangs, and patience for a slow start.
# Then look at what the node will ask, and how often.

# %%
sh("grep -n -A8 Probe deployment.yaml")

# %%
display(check("05", task=3), predict("05.3"))

# %% [markdown]
# **Explain.** One probe stops requests, one kills, one holds the other two back.
# A long patience at the start costs nothing, since the first success ends it.
# Why should liveness and readiness not ask the same address?
#
# ---
# ## Task 4: an update that nobody notices
#
# Predict first.

# %%
display(predict("05.4"), predict("05.4undo"))

# %% [markdown]
# **Do.** In [deployment.yaml](deployment.yaml), three places of task 4.
# Print the table again until at least 3 serve at each step.
# Then ask for your own rollout and run its two commands in cells of your own.
# Write both numbers into [answers.toml](answers.toml).

# %%
rollout("deployment.yaml")

# %%
sh("python question.py")

# %%
display(check("05", task=4), predict("05.4"), predict("05.4undo"))

# %% [markdown]
# **Explain.** Surge and missing pods are rounded in opposite ways, so that enough pods serve.
# The pause at the end is for the nodes, which hear of it late.
# When the new version never becomes ready, what do users see, and who has to act?
#
# ---
# ## Task 5: settings and a key from outside
#
# Predict first.

# %%
predict("05.5")

# %% [markdown]
# **Do.** Write [settings.yaml](settings.yaml).
# Let the container in [deployment.yaml](deployment.yaml) take the limit from it.
# The key comes from a Secret that is in the cluster already.
# The next cell shows what base64 hides.

# %%
sh("echo bm90IGEgc2VjcmV0 | base64 --decode")

# %%
display(check("05", task=5), predict("05.5"))

# %% [markdown]
# **Explain.** A name that is not there keeps a new pod from starting, and the old ones serve on.
# You change the ConfigMap and apply it. When does a running pod see the new limit?
#
# ---
# ## Task 6: more pods under load
#
# Predict first.

# %%
predict("05.6")

# %% [markdown]
# **Do.** Write [scaling.yaml](scaling.yaml). The [brief](README.md) says between which numbers, and at which load.
# Then see what an update costs when six pods run.

# %%
rollout("deployment.yaml", replicas=6)

# %%
display(check("05", task=6), predict("05.6"))

# %% [markdown]
# **Explain.** The target is a share of the request, so the request decides how early pods come.
# Who sets the number of pods now, when you apply a Deployment that says 3?

# %% [markdown]
# ## Break it
#
# A new version that never becomes ready: where does your rollout stop, and who serves?
# Run the cell, then put `maxUnavailable: 100%` into [deployment.yaml](deployment.yaml), save, and run it again.
# **Undo** with Ctrl+Z in the editor, save, and run the cell a third time.

# %%
rollout("deployment.yaml", ready_after=None)

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/05_kubernetes/README.md`, in the folder beside `work`.

# %%
check("05")

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
# - Task 7 of the [brief](README.md): a node is emptied, a pod is confined. Its rows stand in the check above.
# - Kustomize: keep your files as a base, and write two overlays:
#   one with 3 pods for production, and one with a single pod for trying out.
#   `kubectl kustomize` prints what would be applied; nothing judges it here.
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: **6 ECS and Fargate**. The same service, in another vendor's words.
