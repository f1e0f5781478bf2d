"""Bytes in, bytes out: what a sealed post is made of (docs/envelope.md). Knows no Django and no app."""
