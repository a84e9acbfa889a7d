"""Many customers and contacts at once, as an import brings them: one event each, no query per row.

Each call is one unit of work and all or nothing; the caller chooses its portions (some hundred rows),
so that people keep saving meanwhile. A row at fault raises `Invalid` with `fields` `{"3.phone": sentence}`,
the row's place counted from 0: who checks the rows before never meets it.
"""

from weixi.customers.services.bulk.contacts import ContactChange, NewContact, add_contacts, update_contacts
from weixi.customers.services.bulk.customers import CustomerChange, NewCustomer, create_customers, update_customers

__all__ = [
    "ContactChange",
    "CustomerChange",
    "NewContact",
    "NewCustomer",
    "add_contacts",
    "create_customers",
    "update_contacts",
    "update_customers",
]
