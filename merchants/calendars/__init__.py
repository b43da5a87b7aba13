"""On which days a market opens; lunar days, public holidays, working days."""
