"""Records: identifiers and attributes, the evidence that ties them, and their customers."""
