"""Save stream records over a restart; ministack saves each reader's position but no records.

After a restart the stream is empty while the positions are not, so as many new records as the position says
are skipped silently, and recorded votes stay uncounted. This patch saves, per stream, the records that some
reader has not read, the position of the first of them, and the sequence counter. Delivery over a restart is
at least once, as on AWS.
"""

from typing import Any

from ministack.services import dynamodb, lambda_svc

SAVED_AS = "laptop_streams"


def snapshot() -> dict[str, Any]:
    """Return every stream's unread records and the position of the first of them."""
    # Positions first: a concurrent advance of a reader causes a second delivery, never a lost record.
    readers = list(lambda_svc._iter_all_esms())
    positions = dict(lambda_svc._dynamodb_stream_positions._data)
    streams = []
    for (account, region, table), records in list(dynamodb._stream_records._data.items()):
        base = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)
        end = base + len(records)
        read_by = [
            positions.get((account, region, mapping["UUID"]), base)
            for owner, place, mapping in readers
            if (owner, place) == (account, region) and f":table/{table}/stream/" in mapping["EventSourceArn"]
        ]
        begin = max(base, min([*read_by, end]))
        streams.append([account, region, table, begin, records[begin - base :]])
    return {"streams": streams, "sequence": dynamodb._stream_seq_counter}


def restore(saved: dict[str, Any]) -> None:
    """Restore the streams from a snapshot."""
    dynamodb._stream_seq_counter = saved["sequence"]
    for account, region, table, begin, records in saved["streams"]:
        dynamodb._stream_trimmed.set_scoped(account, region, table, begin)
        dynamodb._stream_records.set_scoped(account, region, table, records)


def apply() -> None:
    """Save the streams with the tables and restore them with the tables."""
    get_state, load_state = dynamodb.get_state, dynamodb.load_persisted_state

    def get_state_with_streams() -> dict[str, Any]:
        return {SAVED_AS: snapshot(), **get_state()}

    def load_state_with_streams(data: dict[str, Any]) -> None:
        restore(data.get(SAVED_AS, {"streams": [], "sequence": 0}))
        load_state(data)

    dynamodb.get_state, dynamodb.load_persisted_state = get_state_with_streams, load_state_with_streams
