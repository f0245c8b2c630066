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
# # 1 Prediction endpoint
#
# | | |
# |:--|:--|
# | **At the end** | a service that refuses bad input by a schema, says why, and shows its contract under `/docs` |
# | **Minutes** | room 20 (tasks 1 and 2), full 60 |
# | **Simulated** | the model: a stand-in that answers at once; the service is real |
# | **You write** | [app.py](app.py), later [answers.toml](answers.toml) |
# | **The brief** | [README.md](README.md), a complete path without this notebook |

# %% [markdown]
# ## Why
#
# ```
#   client ── JSON ──►  schema  ──►  your function  ──►  model
#      ▲                  │               │
#      └── 422, where ◄───┘               └── 200, score, version ──► client
# ```
#
# A function trusts its caller. A service cannot: anyone may send anything.
# So the rules go into a class in front of the function.
# What breaks them never reaches your code, and the caller learns what to mend.

# %%
import os

from IPython.display import display

from checker.notebook import check, entry, predict, request, sh, start, stop_everything, traffic

GOOD = {"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"}
# The stand-in loads at once here; task 5 lets it take its time.
os.environ["STUB_LOAD_SECONDS"] = "0"
entry("01")

# %% [markdown]
# ## Run it as it is
#
# The next cell starts the service as it lies here and sends one request with an impossible age.
# Open the link to `/docs` too, and try it there.
# **Note one thing that surprises you.**

# %%
service = start()
display(service, request(service, "POST", "/predict", json=GOOD | {"age": -1}))

# %% [markdown]
# ## Task 1: what a request may say
#
# Choose before you run: put a letter as the second argument, such as `predict("01.1", "a")`.

# %%
predict("01.1")

# %% [markdown]
# **Do.** In [app.py](app.py), class `PredictRequest`: make every row of the table in the [brief](README.md) true.
# The first field shows the form of a number with a limit; the two texts name what they allow.
# Numbers are numbers, and a field that nobody knows is refused.

# %%
service = start()
for change in ({"age": "21"}, {"age": -1}, {"agee": 21}, {}):
    display(request(service, "POST", "/predict", json=GOOD | change))

# %%
display(check("01", task=1), predict("01.1"))

# %% [markdown]
# **Explain.** The class refused, and your function was never called.
# Three of the four requests were somebody's mistake, and now they know where.
# Who would have found out, and when, had "21" been taken?
#
# ---
# ## Task 2: what the answer promises
#
# Predict first.

# %%
predict("01.2")

# %% [markdown]
# **Do.** In [app.py](app.py), three places with `TODO 2`: the class of the answer, the score, and what is handed over.
# The brief names the four values.
# The model knows its version.

# %%
service = start()
request(service, "POST", "/predict", json=GOOD)

# %%
display(check("01", task=2), predict("01.2"))

# %% [markdown]
# **Explain.** The class of the answer converts and checks on the way out, as the other one does on the way in.
# What would be the smallest change that makes `model_version` wrong without any test noticing?
#
# ---
# **The room's part ends here.** What follows is the full exercise.
#
# ## Task 3: one form for every refusal
#
# Predict first.

# %%
predict("01.3")

# %% [markdown]
# **Do.** In [app.py](app.py), `TODO 3`: two handlers, one form, and 404 for a movie that nobody knows.
# Then read [tickets.log](tickets.log) and write the three causes into [answers.toml](answers.toml).

# %%
service = start()
for body in (GOOD | {"movie_id": 9999}, GOOD | {"age": 121, "gender": "X"}):
    display(request(service, "POST", "/predict", json=body))

# %%
display(check("01", task=3), predict("01.3"))

# %% [markdown]
# **Explain.** Three authors write refusals, and now all speak alike: your code, the schema, the framework.
# Which part of a refusal may a program rely on, and which is for people?
#
# ---
# ## Task 4: many requests in one
#
# Predict first.

# %%
predict("01.4")

# %% [markdown]
# **Do.** In [app.py](app.py), `TODO 4`: a class for the batch, one for its answer, and the path.
# The class of task 1 and the function that scores one request do most of it.

# %%
service = start()
for many in ([GOOD, GOOD | {"user_id": 1}], []):
    display(request(service, "POST", "/predict/batch", json={"requests": many}))

# %%
display(check("01", task=4), predict("01.4"))

# %% [markdown]
# **Explain.** A list of the class from task 1 brings all its rules along, and the place in the list is part of `where`.
# The whole batch is refused for one unknown movie; what else could a contract say?
#
# ---
# ## Task 5: alive is not ready
#
# Predict first.

# %%
predict("01.5")

# %% [markdown]
# **Do.** In [app.py](app.py), `TODO 5`: let the loading go on beside the requests.
# Add the path that says whether predictions can be had, and refuse predictions until then.
# The next cell asks at once, while loading takes three seconds.
# The answers must be 200 and 503: a second 200 means that the service waited for the model.

# %%
os.environ["STUB_LOAD_SECONDS"] = "3"
service = start()
os.environ["STUB_LOAD_SECONDS"] = "0"
for path in ("/health/live", "/health/ready"):
    display(request(service, "GET", path))

# %%
display(check("01", task=5), predict("01.5"))

# %% [markdown]
# **Explain.** Not alive means restart me, not ready means send me nothing yet. Two questions need two paths.
# Why may liveness never ask the model?
#
# ---
# ## Task 6: someone else is waiting
#
# Predict first.

# %%
predict("01.6")

# %% [markdown]
# **Do.** Run the next cell before you change anything.
# Its first output: the model blocks for 50 ms, and `/health/live` is asked meanwhile.
# Repair the functions behind the two paths, run the cell again, and compare.
# Its second output: two tables about 200 requests of your seed.
# With tasks 1 to 3 done, copy their numbers into [answers.toml](answers.toml).

# %%
display(sh("python traffic.py --slow"), traffic())

# %%
display(check("01", task=6), predict("01.6"))

# %% [markdown]
# **Explain.** One thread serves everybody. Whoever holds it holds the health check too, and looks dead while working.
# What happens to the 41st slow request?

# %% [markdown]
# ## Break it
#
# In [app.py](app.py), let unknown fields pass: in `PredictRequest`, put `ignore` where the setting for them stands.
# Run the cell: what does the client learn about its misspelled field?
# **Undo** with Ctrl+Z in the editor, save, and run the cell again: the refusal is back.

# %%
service = start()
request(service, "POST", "/predict", json=GOOD | {"agee": 22})

# %% [markdown]
# ## All rows
#
# When they are passed, read why this answer is one:
# `solutions/01_prediction_endpoint/README.md`, in the folder beside `work`.

# %%
check("01")

# %% [markdown]
# ## Stop everything

# %%
stop_everything()

# %% [markdown]
# ## Stretch and next
#
# No points, more fun:
#
# - Sixty predictions block at once and all threads are taken. Does `/health/live` still answer? Which word decides it?
# - Write a request that gets a status 500 out of your service. If you find one, you found a bug.
# - Write a wrong answer that our checks do not notice, and tell us.
#
# Next: **2 Model inference**. The same function with a real model behind it, and nobody notices that it is wrong.
