"""What runs without being asked: deliveries, clocks, alerts, scheduled builds."""
