"""Posters of stalls: where they may hang, what they carry, how they are issued and ended."""
