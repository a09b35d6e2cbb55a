"""What the model is written with: declarations, tables of columns, steps and loops that are compiled, draws."""
