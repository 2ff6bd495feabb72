"""Benchmarks: time and peak memory of whole commands, with the machine they ran on."""
