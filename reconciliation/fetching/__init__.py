"""Asking providers' APIs: pages, patience, notices, files and accounts."""
