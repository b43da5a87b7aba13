"""What people do in a browser, in a real one: a phone of 360 px first, and without JavaScript."""
