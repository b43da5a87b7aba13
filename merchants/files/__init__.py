"""Files people send: CSV, XLSX and their cells, read with bounds and clear refusals."""
