"""What the emulator lacks, one repair per module; each has a test that fails once it is no longer needed."""

from pathlib import Path

from devstack.emulator.patches import (
    express_memory,
    express_start,
    gentle_growth,
    http_api_cookies,
    log_memory,
    options_routes,
    partial_failures,
    schedule_tick,
    shared_code,
    stream_restart,
    websocket_functions,
)


def apply_all(code_folder: Path) -> None:
    """Repair ministack in this process; call once, before it serves."""
    for patch in (
        options_routes,
        http_api_cookies,
        express_memory,
        express_start,
        log_memory,
        partial_failures,
        schedule_tick,
        stream_restart,
        gentle_growth,
        websocket_functions,
    ):
        patch.apply()
    shared_code.apply(code_folder)
