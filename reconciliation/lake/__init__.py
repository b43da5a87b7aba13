"""The lake: books as Parquet files by business date and bucket of account, and runs over them."""
