"""Trains image classifiers."""
