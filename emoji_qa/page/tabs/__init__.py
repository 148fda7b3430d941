"""Tabs beside the sliders, one folder each."""
