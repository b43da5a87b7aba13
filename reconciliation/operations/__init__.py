"""What people do with the feeds: see how each stands, look into a delivery, put right what went wrong."""
