"""The grammar of user-written conditions: SQL boolean expressions over named columns."""
