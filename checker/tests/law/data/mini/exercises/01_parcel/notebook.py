# %% [markdown]
# # Parcel price
# At the end you have a price list. Room: 30 minutes, full: 50 minutes. Files: [parcel.py](parcel.py).

# %% [markdown]
# ## Why
# A parcel without a price is sent for nothing.

# %%
from checker.notebook import check, entry, predict, sh, stop_everything

# %%
entry("01")

# %% [markdown]
# ## Run it as it is
# Note one thing that surprises you.

# %%
sh("python parcel.py")

# %% [markdown]
# ## Task 1: price by weight
# Predict first.

# %%
predict("01.1", "a")

# %% [markdown]
# Do: give each weight its price in [parcel.py](parcel.py).

# %%
sh("python -c 'import parcel; print(parcel.price(200))'")

# %%
check("01", task=1)

# %% [markdown]
# Explain: a limit belongs to the range or it does not. The brief decides.
# Who else must know the two limits?

# %% [markdown]
# ## Task 2: mend the label
# Predict first.

# %%
predict("01.2", "a")

# %% [markdown]
# Do: mend the label.

# %%
sh('python -c \'import parcel; print(parcel.label("Ada", "Delft"))\'')

# %%
check("01", task=2)

# %% [markdown]
# Explain: machines do not guess. What would a second comma do to the machine?

# %% [markdown]
# ## Task 3: weigh the load
# Predict first.

# %%
predict("01.3", "a")

# %% [markdown]
# Do: find the heaviest parcel.

# %%
sh("python load.py")

# %%
check("01", task=3)

# %% [markdown]
# Explain: one parcel breaks the van. Would the average tell you the same?

# %% [markdown]
# ## Break it
# Take the range away, and undo it with Ctrl-Z.

# %% [markdown]
# ## All rows

# %%
check("01")

# %% [markdown]
# ## Stop everything

# %%
stop_everything()

# %% [markdown]
# ## Stretch and next
# Price a parcel by its size.
