"""Payment QR codes: payload, symbol, poster, scan. Knows no database and no pandas."""
