"""Bytes in, bytes out: what a sealed post is made of, as docs/envelope.md says. Knows no Django and no app."""
