"""Where a vendor's money goes: accounts, proposals and who decides them, codes hanging at stalls."""

from market.pages.accounts import (
    codes,
    decisions,
    migration,
    own_codes,
    own_confirmation,
    own_list,
    queue,
    vendor_accounts,
)

routers = [
    module.router
    for module in (
        queue,
        decisions,
        vendor_accounts,
        codes,
        own_codes,
        migration,
        own_confirmation,
        own_list,
    )
]
