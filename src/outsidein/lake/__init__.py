"""The lake: immutable Parquet, one directory per build, read through an Ibis backend."""
