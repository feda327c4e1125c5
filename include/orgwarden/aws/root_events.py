"""Sample events of a root user, as EventBridge delivers what CloudTrail records.

A rule or filter is an alarm on root use if it sees all of these; a rule for little else would see one of them. The
record of CloudTrail alone, as a log group has it, is their ``detail``. Shapes: CloudTrail User Guide, "AWS Management
Console sign-in events" and "CloudTrail record contents"; EventBridge User Guide, "AWS service events delivered via AWS
CloudTrail".
"""

from collections.abc import Mapping
from typing import Any

TIME = "2026-01-01T08:00:00Z"
ADDRESS = "192.0.2.1"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36"
# IAM is recorded in one region alone.
GLOBAL_REGION = "us-east-1"


def samples(account: str) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Give the events by what each is, and how it differs from others of its kind."""
    return {
        ("sign-in", "with MFA"): sign_in(account, has_mfa=True),
        ("sign-in", "without MFA"): sign_in(account),
        ("API call", "without MFA (iam:CreateAccessKey)"): api_call(account),
        ("API call", "with MFA (s3:DeleteBucketPolicy)"): api_call(account, of="s3:DeleteBucketPolicy", has_mfa=True),
        ("API call", "by an access key (ec2:CreateKeyPair)"): api_call(account, of="ec2:CreateKeyPair", has_mfa=None),
    }


def sign_in(account: str, region: str = GLOBAL_REGION, *, has_mfa: bool = False) -> Mapping[str, Any]:
    """Give the event of a root user that signs in to the console; AWS records it in us-east-1, us-east-2, us-west-2."""
    record = _record(account, region) | {
        "userIdentity": _root(account) | {"accessKeyId": ""},
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "requestParameters": None,
        "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {
            "LoginTo": "https://console.aws.amazon.com/console/home",
            "MobileVersion": "No",
            "MFAUsed": "Yes" if has_mfa else "No",
        },
        "eventType": "AwsConsoleSignIn",
    }
    return _delivered(record, "aws.signin", "AWS Console Sign In via CloudTrail")


def api_call(
    account: str, region: str = GLOBAL_REGION, *, of: str = "iam:CreateAccessKey", has_mfa: bool | None = False
) -> Mapping[str, Any]:
    """Give the event of a root user that changes something, with or without MFA; None: by an access key of its own."""
    service, _, name = of.partition(":")
    session = {"attributes": {"creationDate": TIME, "mfaAuthenticated": "true" if has_mfa else "false"}}
    signed = {"accessKeyId": "ASIAEXAMPLE", "sessionContext": session}
    record = _record(account, region) | {
        "userIdentity": _root(account) | ({"accessKeyId": "AKIAEXAMPLE"} if has_mfa is None else signed),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "requestParameters": {},
        "responseElements": {},
        "requestID": "00000000-0000-4000-8000-000000000002",
        "eventType": "AwsApiCall",
    }
    return _delivered(record, f"aws.{service}", "AWS API Call via CloudTrail")


def _root(account: str) -> dict[str, Any]:
    return {"type": "Root", "principalId": account, "arn": f"arn:aws:iam::{account}:root", "accountId": account}


def _record(account: str, region: str) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "eventTime": TIME,
        "awsRegion": region,
        "sourceIPAddress": ADDRESS,
        "userAgent": BROWSER,
        "eventID": "00000000-0000-4000-8000-000000000001",
        "readOnly": False,
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }


def _delivered(record: Mapping[str, Any], source: str, kind: str) -> Mapping[str, Any]:
    return {
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000000",
        "detail-type": kind,
        "source": source,
        "account": record["recipientAccountId"],
        "time": TIME,
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }
