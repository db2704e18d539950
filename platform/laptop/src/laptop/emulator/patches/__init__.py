"""Patches of the emulator, one per module; each has a test that fails once the patch is no longer needed."""

from pathlib import Path

from laptop.emulator.patches import (
    edge_functions,
    express_memory,
    express_start,
    forked_functions,
    gentle_growth,
    http_api_cookies,
    late_schedules,
    leading_keys,
    log_memory,
    lost_acknowledgements,
    options_routes,
    origin_requests,
    parsed_distributions,
    parsed_policies,
    partial_failures,
    queue_batches,
    root_key,
    schedule_tick,
    secure_loopback,
    shared_code,
    stale_reads,
    stale_user_lists,
    stream_restart,
    websocket_functions,
)
from laptop.emulator.root_key import RootKey


def apply_all(code_folder: Path, key: RootKey, distribution_pass: bytes) -> None:
    """Apply all patches to ministack in this process; call once, before it serves."""
    for patch in (
        edge_functions,
        options_routes,
        http_api_cookies,
        express_memory,
        express_start,
        leading_keys,
        log_memory,
        parsed_distributions,
        parsed_policies,
        partial_failures,
        queue_batches,
        schedule_tick,
        secure_loopback,
        stream_restart,
        gentle_growth,
        forked_functions,
        websocket_functions,
    ):
        patch.apply()
    shared_code.apply(code_folder)
    root_key.apply(key)
    origin_requests.apply(distribution_pass)


def apply_weak_guarantees() -> None:
    """Make the emulator as weak as AWS where it is stronger; call after `apply_all`."""
    for patch in (late_schedules, lost_acknowledgements, stale_reads, stale_user_lists):
        patch.apply()
