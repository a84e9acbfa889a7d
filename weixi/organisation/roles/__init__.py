"""What each role may see and do: shipped (`organisation.enums`), changed by the company (`models`), kept in
memory until it changes (`memory`)."""
