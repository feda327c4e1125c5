"""The owners' settings of controls, as the engine takes them; a control that does not exist is told, not passed over.

The baseline alone cannot tell: it knows no catalogue, and a misspelt control stays on while its owner thinks it off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from orgwarden.baseline import Baseline
from orgwarden.baseline.models import ControlSettings
from orgwarden.control import Control, Setting
from orgwarden.controls import catalogue
from orgwarden.errors import BadInput
from orgwarden.model import Severity

WHOLE_THEME = ".*"


def settings_of(baseline: Baseline | None) -> dict[str, Setting]:
    """Give the setting of each control of which one was decided, by id. Raises ``BadInput``."""
    declared = (baseline or Baseline()).controls
    _check(declared)
    found = {c.id: [declared[name] for name in (c.theme + WHOLE_THEME, c.id) if name in declared] for c in catalogue()}
    return {id_: _setting(written) for id_, written in found.items() if written}


def configured(controls: Sequence[Control], settings: Mapping[str, Setting]) -> tuple[Control, ...]:
    """Give the controls with the severities that were decided, which findings, tickets and due dates follow."""
    return tuple(replace(c, severity=_severity(c, settings)) for c in controls)


def known_control(id_: str) -> str:
    """Give the id of a control that exists. Raises ``BadInput`` with the likely one."""
    ids = [control.id for control in catalogue()]
    if id_ not in ids:
        raise BadInput(f"there is no control {id_!r}: {_likely(id_, ids)}")
    return id_


def _check(declared: Mapping[str, object]) -> None:
    known = [name for control in catalogue() for name in (control.id, control.theme + WHOLE_THEME)]
    unknown = [name for name in declared if name not in known]
    if unknown:
        wrong = (f"controls.{name}: there is no such control: {_likely(name, known)}" for name in unknown)
        raise BadInput("\n".join(["the baseline cannot be used:", *wrong]))


def _likely(name: str, known: Sequence[str]) -> str:
    likely = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {likely[0]}?" if likely else "`orgwarden controls list` shows them"


def _setting(declared: Sequence[ControlSettings]) -> Setting:
    """Merge what was decided: of the theme first, then of the control."""
    written = {key: value for each in declared for key, value in each.written.items()}
    severity = written.get("severity")
    return Setting(
        off=written.get("off", ""),
        severity=Severity[severity.upper()] if severity else None,
        grace_days=written.get("grace_days", 0),
        units=frozenset(written.get("units", ())),
        except_units=frozenset(written.get("except_units", ())),
    )


def _severity(control: Control, settings: Mapping[str, Setting]) -> Severity:
    setting = settings.get(control.id)
    return control.severity if setting is None or setting.severity is None else setting.severity
