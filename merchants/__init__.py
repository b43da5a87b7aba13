"""Places, vendors, their receiving accounts and their posters."""
