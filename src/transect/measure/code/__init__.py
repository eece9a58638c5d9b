"""Codes of single images: refinement at test time, the best code, error attribution."""
