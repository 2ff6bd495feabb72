"""Charts of the report: drawn twice, wide and narrow, as SVG without script or network."""
