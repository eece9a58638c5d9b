"""Pictures: canvas geometry, the stroke kernel, datasets and their files."""
