"""Tests mirror the packages; ``walk`` tells whole stories through the front doors."""
