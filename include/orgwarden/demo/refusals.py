"""The errors that the demo organization answers with, as AWS words and numbers them.

A caller under test tells a denial from an absence by code and status alone, so both have to be AWS's own.
"""

from collections.abc import Mapping

# What AWS answers for codes that a service's model leaves out: its common errors, and those of the query services.
COMMON_STATUS: Mapping[str, int] = {
    "AccessDenied": 403,
    "AccountProblem": 403,
    "AuthFailure": 401,
    "ExpiredToken": 403,
    "ExpiredTokenException": 403,
    "IncompleteSignature": 403,
    "InternalError": 500,
    "InternalFailure": 500,
    "InternalServerError": 500,
    "InternalServerException": 500,
    "InvalidAccessKeyId": 403,
    "InvalidClientTokenId": 403,
    "NoSuchBucket": 404,
    "NoSuchBucketPolicy": 404,
    "NoSuchEntity": 404,
    "NoSuchKey": 404,
    "NotAuthorized": 401,
    "OptInRequired": 403,
    "RequestEntityTooLargeException": 413,
    "RequestLimitExceeded": 503,
    "RequestTimeout": 400,
    "RequestTimeoutException": 408,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "SignatureDoesNotMatch": 403,
    "SlowDown": 503,
    "Unavailable": 503,
    "UnknownOperationException": 404,
}
CLIENT_FAULT = 400


class AwsError(Exception):
    """One AWS error: its code, its message, and what else the error's shape carries (``Reason``)."""

    def __init__(self, code: str, message: str = "", **members: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message or code
        for name, value in members.items():
            setattr(self, name, value)


def not_implemented(service: str, operation: str) -> AwsError:
    """Say plainly that the demo organization does not answer an operation."""
    text = f"The demo organization does not answer {service}:{operation}; answer it in a test by a fault with a body."
    return AwsError("NotImplementedByDemo", text)
