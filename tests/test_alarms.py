from orgwarden.alarms import can_be_asked

HERE = "eu-west-1:111111111111"


def test_topics_and_functions_are_targets_that_can_be_asked_and_others_not():
    assert all(can_be_asked(arn) for arn in (f"arn:aws:sns:{HERE}:t", f"arn:aws:lambda:{HERE}:function:f"))
    assert not any(
        can_be_asked(arn) for arn in (f"arn:aws:sqs:{HERE}:q", f"arn:aws:events:{HERE}:event-bus/b", "x", "")
    )
