"""The second factor of a log-in: codes of a phone (TOTP, RFC 6238) and recovery codes (D-2)."""
