"""AWS Data Exports and the reports before it (CUR): what billing data is delivered where, as CreateExport declared it.

An export is healthy unless PATCH /demo/state says otherwise by its name in ``exports``. Each account has its own; an
account that is not the payer may declare them, too, and gets its own costs delivered.
"""

import hashlib
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import now
from orgwarden.demo.paging import Paging, page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE, LEGACY = "bcm-data-exports", "cur"
PAGING, REPORTS = Paging(usual=300, largest=300), Paging(usual=5, largest=5)
Declared = dict[str, Any]


@answers(SERVICE, "CreateExport")
def create_export(demo: Demo, call: Call) -> Result:
    export, ours = dict(call.parameters["Export"]), _declared(demo, call, SERVICE)
    if export["Name"] in ours:
        raise AwsError("ValidationException", f"The export {export['Name']} already exists.")
    name, account = export["Name"], call.caller.account
    unique = hashlib.sha256(f"{account}{name}".encode()).hexdigest()[:12]
    export["ExportArn"] = f"arn:aws:bcm-data-exports:us-east-1:{account}:export/{name}-{unique}"
    ours[name] = {"export": export, "created": now()}
    return {"ExportArn": export["ExportArn"]}


@answers(SERVICE, "ListExports")
def list_exports(demo: Demo, call: Call) -> Result:
    listed = [
        {"ExportArn": one["export"]["ExportArn"], "ExportName": name, "ExportStatus": _status(demo, name, one)}
        for name, one in sorted(_declared(demo, call, SERVICE).items())
    ]
    return page(call, "Exports", listed, dict, by=PAGING)


@answers(SERVICE, "GetExport")
def get_export(demo: Demo, call: Call) -> Result:
    name = _named(demo, call)
    one = _declared(demo, call, SERVICE)[name]
    return {"Export": one["export"], "ExportStatus": _status(demo, name, one)}


@answers(SERVICE, "DeleteExport")
def delete_export(demo: Demo, call: Call) -> Result:
    gone = _declared(demo, call, SERVICE).pop(_named(demo, call))
    return {"ExportArn": gone["export"]["ExportArn"]}


@answers(LEGACY, "PutReportDefinition")
def put_report_definition(demo: Demo, call: Call) -> Result:
    report, ours = dict(call.parameters["ReportDefinition"]), _declared(demo, call, LEGACY)
    if report["ReportName"] in ours:
        raise AwsError("DuplicateReportNameException", "A report with the specified name already exists.")
    ours[report["ReportName"]] = report
    return {}


@answers(LEGACY, "DescribeReportDefinitions")
def describe_report_definitions(demo: Demo, call: Call) -> Result:
    listed = [report for _, report in sorted(_declared(demo, call, LEGACY).items())]
    return page(call, "ReportDefinitions", listed, dict, by=REPORTS)


@answers(LEGACY, "DeleteReportDefinition")
def delete_report_definition(demo: Demo, call: Call) -> Result:
    _declared(demo, call, LEGACY).pop(call.of("ReportName"), None)
    return {}


def _declared(demo: Demo, call: Call, service: str) -> dict[str, Declared]:
    """Give what the caller's account declared, by name."""
    kept = demo.kept.setdefault("declared_exports", {})
    ours: dict[str, Declared] = kept.setdefault(service, {}).setdefault(call.caller.account, {})
    return ours


def _named(demo: Demo, call: Call) -> str:
    arn = call.of("ExportArn")
    for name, one in _declared(demo, call, SERVICE).items():
        if one["export"]["ExportArn"] == arn:
            return name
    raise AwsError("ResourceNotFoundException", f"There is no export {arn}.")


def _status(demo: Demo, name: str, one: Declared) -> Declared:
    told = demo.kept.get("exports", {}).get(name, {})
    times = dict.fromkeys(("CreatedAt", "LastUpdatedAt", "LastRefreshedAt"), one["created"])
    reason = {"StatusReason": told["reason"]} if told.get("reason") else {}
    return {"StatusCode": told.get("status", "HEALTHY"), **reason, **times}
