"""The rules that decide, kept by their content: dated, tried on closed days, changed by two people."""
