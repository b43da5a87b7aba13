"""Adoption indicators: frames in, figures out, each with its definition, window and coverage.

Source of every definition: domain.md sections 11 (metrics) and 12 (disclosure control).
"""
