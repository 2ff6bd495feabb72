"""The loyalty ladder: Aware, Trial, Purchase, Multiple purchase, Loyalty, and its hurdles."""
