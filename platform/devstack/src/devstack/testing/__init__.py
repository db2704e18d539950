"""The test layers: their files, their requirements, and how they are run."""
