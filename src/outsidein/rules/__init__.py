"""The one grammar of conditions that users write: SQL boolean expressions over named columns."""
