"""The tab that makes a code of a picture."""
