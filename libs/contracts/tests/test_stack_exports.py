"""Names and owners of exported stack outputs."""

from contracts.stack_exports import Export, Service


def test_export_name_consists_of_environment_and_output() -> None:
    assert Export.PUBLIC_API_ID.name_in("prod") == "tot-prod:PublicApiId"


def test_no_two_exports_share_a_name_and_none_is_an_alias() -> None:
    assert len({export.output for export in Export}) == len(Export.__members__)


def test_python_name_of_each_export_matches_its_output() -> None:
    for name, export in Export.__members__.items():
        assert name.replace("_", "").lower() == export.output.lower()


def test_stacks_are_listed_in_the_order_of_deployment() -> None:
    assert [service.value for service in Service] == [
        "platform",
        "members",
        "poll-service",
        "vote-service",
        "results-service",
        "realtime-service",
        "frontend",
    ]


def test_streams_have_their_owners_and_frontend_exports_nothing() -> None:
    owners = {export.output: export.owner for export in Export}
    assert owners["PollsStreamArn"] is Service.POLL
    assert owners["VotesLogStreamArn"] is Service.VOTE
    assert owners["GameResultsStreamArn"] is Service.RESULTS
    assert Service.FRONTEND not in owners.values()
