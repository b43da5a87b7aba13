"""Feeds in, every đồng explained: ingest, matching, payouts, day close."""
