"""The passes of the cascade, one file each; every pass sees only what is still unclaimed."""
