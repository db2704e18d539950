"""Pushes results to every open page."""
