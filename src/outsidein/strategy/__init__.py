"""Strategy: seven questions per segment, answered with figures or not at all."""
