"""The population of the message that is sent to mailboxes: it is judged where answers arrive."""

from dataclasses import replace

from orgwarden.population import ROOT_MAILBOX, Arrival

PROBED_MAILBOX = replace(ROOT_MAILBOX, arrival=Arrival.ATTESTATION)
