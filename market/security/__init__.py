"""Who may see what: signed links, the cookie they leave, and the one check of scope."""
