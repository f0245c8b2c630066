"""What the make targets do, a module per noun; standard library only, but for `welcome`."""
