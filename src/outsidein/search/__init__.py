"""Search of customers by what somebody says on the phone."""
