"""Market days that never happened, told in the providers' own words, with the truth beside them.

Two steps: ``draw_register`` says who trades where (what a vendor sheet holds); once the register
has given every vendor a code, ``simulate_days`` draws the money and writes what each provider
would have sent. Everything is a pure function of its arguments: same seed, same bytes. All people,
accounts and amounts are invented. Source: reconciliation.md section 8.
"""
