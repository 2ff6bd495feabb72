"""The batch pipeline: the order of the steps, nothing else."""
