"""Errors of images: pixel and perceptual measures, baselines, the hole penalty."""
