# %% [markdown]
# # Greeting
# You will have a greeting.

# %%
print("hello")
