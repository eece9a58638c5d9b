"""Training: the loop, its checkpoints and its stopping rules."""
