"""The models as PyTorch modules: pure networks that know no files and no page."""
