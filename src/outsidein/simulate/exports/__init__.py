"""What the firm's systems export, as a build reads it."""
