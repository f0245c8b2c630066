"""The trainee pack: what it contains, how it is made, and the proof that no answer is in it."""
