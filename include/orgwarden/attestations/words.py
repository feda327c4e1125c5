"""The word of a call: one person sees it, says it over the phone, and the other picks it from a list.

It is made of the key of the veil, the quarter and the account, so nobody has to keep it, and nobody without the key can
tell it. It stands on the page of the person who is called alone, in no log, task or table.
"""

import hashlib
import hmac

from orgwarden.model import Period

SHOWN = 6
WORDS = tuple(
    [
        "amber",
        "anchor",
        "apple",
        "barley",
        "basket",
        "beacon",
        "birch",
        "bonfire",
        "bridge",
        "bronze",
        "candle",
        "canyon",
        "cedar",
        "cherry",
        "clover",
        "cobalt",
        "comet",
        "copper",
        "coral",
        "cotton",
        "crystal",
        "dahlia",
        "desert",
        "dolphin",
        "drummer",
        "ember",
        "falcon",
        "feather",
        "fern",
        "fiddle",
        "forest",
        "fountain",
        "garnet",
        "ginger",
        "glacier",
        "granite",
        "harbor",
        "hazel",
        "heron",
        "hollow",
        "indigo",
        "iris",
        "island",
        "ivory",
        "jasmine",
        "juniper",
        "kettle",
        "lagoon",
        "lantern",
        "lemon",
        "lilac",
        "linen",
        "magnet",
        "maple",
        "marble",
        "meadow",
        "mercury",
        "mint",
        "mosaic",
        "nectar",
        "needle",
        "nutmeg",
        "ocean",
        "olive",
        "opal",
        "orchard",
        "paddle",
        "panther",
        "pebble",
        "pepper",
        "pigeon",
        "planet",
        "plum",
        "pocket",
        "puzzle",
        "quartz",
        "quiver",
        "raven",
        "ribbon",
        "river",
        "rocket",
        "saddle",
        "saffron",
        "sailor",
        "sandal",
        "shadow",
        "silver",
        "spiral",
        "summit",
        "sunset",
        "tailor",
        "temple",
        "thistle",
        "thunder",
        "timber",
        "topaz",
        "tulip",
        "tunnel",
        "velvet",
        "violin",
        "walnut",
        "willow",
        "winter",
        "zephyr",
    ]
)


def word(key: bytes, quarter: Period, account: str) -> str:
    """Give the word of a quarter's call of an account's phone."""
    return choices(key, quarter, account)[_number(key, quarter, account, "which") % SHOWN]


def choices(key: bytes, quarter: Period, account: str) -> tuple[str, ...]:
    """Give the words from which the caller picks, in an order that tells nothing."""
    ranked = sorted(WORDS, key=lambda one: _number(key, quarter, account, f"word {one}"))
    return tuple(ranked[:SHOWN])


def _number(key: bytes, quarter: Period, account: str, what: str) -> int:
    told = f"orgwarden call\n{quarter}\n{account}\n{what}".encode()
    return int.from_bytes(hmac.new(key, told, hashlib.sha256).digest()[:8])
