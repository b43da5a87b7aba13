"""Programmes, targets, teams, visits, and how far they came."""
