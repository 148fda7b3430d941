"""The panel of one emoji: its picture, sliders, history, and the tabs below."""
