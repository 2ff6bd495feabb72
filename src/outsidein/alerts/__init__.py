"""Alerts: rules over new encounters and signals, tried on history, then fired once each."""
