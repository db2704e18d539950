"""Numbers that documents and pages repeat are those of the code.

A row names a constant's value, a file and its sentence that repeats it; `{}` is the place of the number.
"""

import json
import re
from pathlib import Path
from typing import Final

import pytest
from chassis.audit_log import AUDIT_RETENTION, REPEATABLE_FOR
from chassis.dead_letters import MAX_MESSAGE_BYTES
from chassis.request import MAX_BODY_BYTES
from chassis.secret import FRESH_SECONDS, MAX_STALE_SECONDS
from contracts.codes import MAX_CODES_AT_ONCE
from contracts.edge import PREFLIGHT_MAX_AGE_SECONDS
from contracts.members import MAX_EMAIL, MAX_MEMBER_NAME
from contracts.poll_texts import MAX_LABEL, MAX_QUESTION
from contracts.polls import MAX_EMBED_ORIGINS
from contracts.votes_over_time import MAX_POINTS
from devkit.checkout import ROOT
from poll_service.domain import image, schedule, times
from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.link_preview_texts import MESSAGES
from realtime_service.adapters.connections import MAX_CONNECTION
from realtime_service.domain.ticket import TICKET_TTL
from results_service.domain import recount, vote_log_groups
from results_service.domain.epoch import CUTOFF_DELAY
from results_service.use_cases.request_recount import JOIN_WINDOW
from smoke.run import STEPS
from stacks.template import read_template
from vote_service.adapters import abuse_counters, new_voter_counts, used_challenges
from vote_service.domain import code, rate_limit
from vote_service.domain.poll import SETTLING
from vote_service.domain.vote_log_page import MAX_SECTIONS
from vote_service.domain.voter_token import COOKIE_MAX_AGE, VOTER_TOKEN_TTL
from vote_service.use_cases.prove_work import CHALLENGE_TTL

ADR: Final = "docs/adr/"
ADMIN: Final = "services/frontend/site/admin/"
ADMIN_WORDS: Final = "services/frontend/site/admin/locales/en.js"
GLOSSARY: Final = "docs/glossary.md"
LOGIC: Final = "services/frontend/site/logic/"
MEMBERS: Final = "platform/members/README.md"
POLL: Final = "services/poll-service/README.md"
PRIVACY: Final = "docs/privacy.md"
REALTIME: Final = "services/realtime-service/README.md"
RESULTS: Final = "services/results-service/README.md"
RUNBOOK: Final = "docs/runbook.md"
THREATS: Final = "docs/threat-model.md"
VOTE: Final = "services/vote-service/README.md"

WORDS: Final = {
    "a": 1, "one": 1, "two": 2, "three": 3, "five": 5, "six": 6, "ten": 10, "twelve": 12, "thirteen": 13,
}  # fmt: skip
_PLATFORM: Final = read_template(ROOT / "platform/template.yaml")["Resources"]
_VOTING: Final = read_template(ROOT / "services/vote-service/template.yaml")["Parameters"]
_CLIENT: Final = _PLATFORM["SignInClient"]["Properties"]
_PASSWORDS: Final = _PLATFORM["UserPool"]["Properties"]["Policies"]["PasswordPolicy"]
TOKEN_MINUTES: Final = _CLIENT["AccessTokenValidity"]
PASSWORD_DAYS: Final = _PASSWORDS["TemporaryPasswordValidityDays"]
NEW_VOTERS: Final = _VOTING["NewVotersPerNetwork"]["Default"]
_WORKFLOW: Final = json.loads((ROOT / "services/vote-service/workflow/vote_workflow.asl.json").read_text())

NUMBERS: Final[list[tuple[float, str, str]]] = [
    (COUNTDOWN.seconds, LOGIC + "clock.js", "const COUNTDOWN_SECONDS = {};"),
    (COUNTDOWN.seconds, GLOSSARY, "the {} seconds between the command to open or close a poll"),
    (COUNTDOWN.seconds, ADR + "0006*", "set `opens_at` and `closes_at` {} seconds ahead"),
    (COUNTDOWN.seconds, ADR + "0006*", "A `closes_at` less than {} seconds ahead"),
    (COUNTDOWN.seconds, ADR + "0024*", "read `scheduled` until {} seconds before it opens"),
    (COUNTDOWN.seconds, ADR + "0024*", "while it is more than {} seconds ahead"),
    (COUNTDOWN.seconds, THREATS, "A close takes effect {} seconds"),
    (COUNTDOWN.seconds, POLL, "open: in {} seconds"),
    (times.MAX_AHEAD.days, LOGIC + "form.js", "const MAX_DAYS_AHEAD = {};"),
    (times.MAX_OPEN.days, LOGIC + "form.js", "const MAX_DAYS_OPEN = {};"),
    (schedule.MAX_SLOTS, ADR + "0024*", "It holds at most {} "),
    (MAX_EMBED_ORIGINS, LOGIC + "origins.js", "const MAX_ORIGINS = {};"),
    (MAX_QUESTION, ADMIN + "form.js", 'rows="1" maxlength="{}"'),
    (MAX_LABEL, ADMIN + "form.js", 'view)} maxlength="{}"'),
    (image.MAX_UPLOAD_BYTES / 1024**2, LOGIC + "pictures.js", "const MAX_BYTES = {} * 1024 * 1024;"),
    (image.MAX_UPLOAD_BYTES / 1024**2, ADR + "0022*", "`content-type: image/*`, at most {} MB"),
    (image.MAX_UPLOAD_BYTES / 1024**2, THREATS, "four formats, {} MB"),
    (image.MAX_UPLOAD_BYTES / 1024**2, POLL, "the bytes of an image, at most {} MB"),
    (image.MAX_PIXELS / 1e6, ADR + "0022*", "is decompressed ({} megapixels)"),
    (image.MAX_PIXELS / 1e6, THREATS, "MB, {} megapixels"),
    (image.MAX_PIXELS / 1e6, POLL, "MB and {} megapixels"),
    (VOTER_TOKEN_TTL.days, GLOSSARY, "accepted for {} days"),
    (COOKIE_MAX_AGE.days / 365, PRIVACY, "not readable by scripts, for {} year"),
    (COOKIE_MAX_AGE.days / 365, VOTE, "({} year after it was current)"),
    (NEW_VOTERS, "README.md", "over {} voters from one address"),
    (NEW_VOTERS, "docs/performance.md", "with over {} voters"),
    (NEW_VOTERS, ADR + "0014*", "new voter tokens per network**: {} in"),
    (NEW_VOTERS, ADR + "0030*", "may bring {} new voters in"),
    (NEW_VOTERS, RUNBOOK, "`NewVotersPerNetwork` ({} in"),
    (NEW_VOTERS, THREATS, "The limit is {} in"),
    (NEW_VOTERS, "docs/validation.md", "from one address is capped at {} "),
    (NEW_VOTERS, VOTE, "`NewVotersPerNetwork` ({}) in"),
    (NEW_VOTERS, VOTE, "| `NewVotersPerNetwork` | {} |"),
    (rate_limit.WINDOW.seconds / 60, GLOSSARY, "new voters allowed per network in {} minutes"),
    (rate_limit.WINDOW.seconds / 60, ADR + "0014*", "500 in {} minutes"),
    (rate_limit.WINDOW.seconds / 60, ADR + "0030*", "500 new voters in {} minutes"),
    (rate_limit.WINDOW.seconds / 60, PRIVACY, "new voter tokens of a network in {} minutes"),
    (rate_limit.WINDOW.seconds / 60, RUNBOOK, "(500 in {} minutes)"),
    (rate_limit.WINDOW.seconds / 60, THREATS, "The limit is 500 in {} minutes"),
    (rate_limit.WINDOW.seconds / 60, VOTE, "(500) in {} minutes"),
    (rate_limit.WINDOW.seconds / 60, VOTE, "new voters per network in {} minutes"),
    (rate_limit.CODE_WINDOW.days, GLOSSARY, "or per code in {} days"),
    (rate_limit.CODE_WINDOW.days, ADR + "0030*", "new voters in {} days of the clock"),
    (rate_limit.CODE_WINDOW.days, PRIVACY, "new voter tokens of a code in {} days"),
    (rate_limit.CODE_WINDOW.days, THREATS, "five times in {} days"),
    (rate_limit.CODE_WINDOW.days, VOTE, "five times in {} days"),
    (rate_limit.NEW_VOTERS_PER_CODE, ADR + "0030*", "A valid code has its own limit**: {} new voters"),
    (rate_limit.NEW_VOTERS_PER_CODE, THREATS, "a genuine code passes the limit, {} times"),
    (rate_limit.NEW_VOTERS_PER_CODE, VOTE, "bypasses the limit of a network**, {} times"),
    (rate_limit.COUNTER_RETENTION.seconds / 3600, PRIVACY, "VotingState | {} hour after the five minutes"),
    (CHALLENGE_TTL.seconds / 60, ADR + "0014*", "A challenge is valid for {} minutes"),
    (CHALLENGE_TTL.seconds / 60, PRIVACY, "after its {} minutes (TTL)"),
    (CHALLENGE_TTL.seconds / 60, VOTE, "valid for {} minutes and one vote"),
    (used_challenges.CHALLENGE_RETENTION.seconds / 3600, PRIVACY, "{} hour after its ten minutes"),
    (abuse_counters.COUNTS_RETENTION.days, PRIVACY, "{} days after the last one (TTL)"),
    (abuse_counters.COUNTS_RETENTION.days, VOTE, "refusals; TTL of {} days"),
    (new_voter_counts.COUNTS_RETENTION.days, VOTE, "in a quarter of an hour; TTL of {} days"),
    (MAX_CODES_AT_ONCE, LOGIC + "codes.js", "const MAX_AT_ONCE = {};"),
    (MAX_CODES_AT_ONCE, VOTE, "422: 1 to {} at once"),
    (code.MAX_CODES, VOTE, "at once, {} a poll"),
    (_WORKFLOW["TimeoutSeconds"], VOTE, "(Express, ≤ {} s)"),
    (_WORKFLOW["TimeoutSeconds"], VOTE, "may be written up to {} seconds later"),
    (SETTLING.seconds, ADR + "0011*", "has been closed for {} s"),
    (SETTLING.seconds, ADR + "0021*", "that results-service has: {} s after"),
    (SETTLING.seconds, RESULTS, "sealed before it was read ({} s after"),
    (SETTLING.seconds, RESULTS, "It is available from {} s"),
    (SETTLING.seconds, VOTE, "`sealed` {} s after the close"),
    (recount.SEALED_AFTER.seconds, GLOSSARY, "the first begins {} seconds after the close"),
    (MAX_SECTIONS, RESULTS, "{} buckets ─▶ certificate#…"),
    (recount.PATIENCE.seconds / 60, ADR + "0011*", "still lack votes {} minutes after"),
    (recount.PATIENCE.seconds / 60, RESULTS, "still lack votes {} minutes after"),
    (JOIN_WINDOW.seconds / 60, ADR + "0011*", "for {} minutes. The order at the close"),
    (JOIN_WINDOW.seconds / 60, RESULTS, "A request while a recount runs ({} minutes)"),
    (JOIN_WINDOW.seconds * 1000, LOGIC + "recount.js", "const FAILED_AFTER_MS = {};"),
    (CUTOFF_DELAY.seconds, ADR + "0012*", "it was written {} seconds earlier"),
    (CUTOFF_DELAY.seconds, ADR + "0012*", "before the cut-off, read {} seconds after it"),
    (vote_log_groups.MIN_VOTES, ADR + "0021*", "whole minutes, at least {} votes"),
    (vote_log_groups.MIN_VOTES, ADR + "0034*", "least {} votes"),
    (vote_log_groups.MIN_VOTES, RESULTS, "whole minutes with at least {} votes"),
    (MAX_POINTS, ADR + "0017*", "returns organisers at most {} points"),
    (MAX_POINTS, RESULTS, "a signed-in organiser; at most {} points"),
    (TICKET_TTL.seconds, GLOSSARY, "one WebSocket connection, valid for {} seconds"),
    (TICKET_TTL.seconds, THREATS, "single-use ticket of {} s"),
    (MAX_CONNECTION.seconds / 60 - 120, PRIVACY, "at most 2 h {} min (TTL)"),
    (MAX_CONNECTION.seconds / 60 - 120, REALTIME, "TTL 2 h {} min"),
    (len(MESSAGES), ADR + "0031*", "one of our {} languages"),
    (len(MESSAGES), "docs/table-stakes.md", "texts outside the code; {} languages"),
    (len(MESSAGES), "docs/validation.md", "every phrase in {} languages"),
    (len(MESSAGES), "docs/validation.md", "cast by one tap only, {} languages"),
    (len(MESSAGES), "services/frontend/README.md", "by path and one of {} languages"),
    (TOKEN_MINUTES, ADMIN_WORDS, "can go on for up to {} minutes"),
    (TOKEN_MINUTES, GLOSSARY, "an organiser is signed in: {} minutes"),
    (TOKEN_MINUTES, ADR + "0026*", "access token is valid for {} minutes"),
    (TOKEN_MINUTES, ADR + "0029*", "the access token, which is valid for {} minutes"),
    (TOKEN_MINUTES, "platform/README.md", "Tokens are valid for {} minutes"),
    (TOKEN_MINUTES, MEMBERS, "at most {} minutes after a role was revoked"),
    (TOKEN_MINUTES, "platform/chassis/src/chassis/members.py", "was issued and is valid for {} minutes"),
    (TOKEN_MINUTES, THREATS, "the access token is valid for {} minutes"),
    (_CLIENT["IdTokenValidity"], "platform/README.md", "Tokens are valid for {} minutes"),
    (PASSWORD_DAYS, ADMIN_WORDS, "good for {} days"),
    (PASSWORD_DAYS, ADMIN_WORDS, "in the e-mail is good for {} days"),
    (PASSWORD_DAYS, MEMBERS, "a temporary password, valid for {} days"),
    (MAX_MEMBER_NAME, ADMIN + "members.js", 'maxlength: {}, autocomplete: "off", autocapitalize'),
    (MAX_MEMBER_NAME, ADMIN_WORDS, "2 to {} lower-case letters"),
    (MAX_EMAIL, ADMIN + "members.js", 'type: "email", maxlength: {}'),
    (MAX_EMAIL, LOGIC + "members.js", "email.trim().length > {})"),
    (AUDIT_RETENTION.days / 365, ADMIN_WORDS, "it expires after {} years"),
    (AUDIT_RETENTION.days / 365, ADR + "0025*", "An entry expires after {} years"),
    (AUDIT_RETENTION.days / 365, PRIVACY, "the audit log's table | {} years (TTL)"),
    (AUDIT_RETENTION.days / 365, MEMBERS, "Entries expire after {} years"),
    (REPEATABLE_FOR.days, PRIVACY, "(`#codes#…`) | {} days (TTL)"),
    (REPEATABLE_FOR.days, MEMBERS, "TTL of {} days"),
    (MAX_STALE_SECONDS / 3600, ADR + "0028*", "value of a secret is used for {} hours"),
    (MAX_STALE_SECONDS / 3600, "docs/architecture.md", "last known value is used for up to {} hours"),
    (MAX_STALE_SECONDS / 3600, RUNBOOK, "use the last known value for {} hours"),
    (MAX_STALE_SECONDS / 3600, "platform/README.md", "use the last known value for up to {} hours"),
    (MAX_STALE_SECONDS / 3600, "platform/chassis/README.md", "the cached value is used for at most {} hours"),
    (MAX_STALE_SECONDS / 3600, POLL, "the last known value serves for {} hours"),
    (MAX_STALE_SECONDS / 3600, REALTIME, "the last known value is used for {} hours"),
    (MAX_STALE_SECONDS / 3600, RESULTS, "the last known value is used for {} hours"),
    (MAX_STALE_SECONDS / 3600, VOTE, "the cached value is used for {} hours"),
    (FRESH_SECONDS / 60, ADR + "0028*", "A value is fresh for {} minutes"),
    (FRESH_SECONDS / 60, "docs/architecture.md", "secrets, cached for {} minutes"),
    (FRESH_SECONDS / 60, RUNBOOK, "functions read it within {} minutes"),
    (FRESH_SECONDS / 60, "platform/chassis/README.md", "A secret is read once in {} minutes"),
    (FRESH_SECONDS / 60, VOTE, "(functions cache it for {})"),
    (MAX_BODY_BYTES / 1024, THREATS, "JSON only, {} KB"),
    (MAX_MESSAGE_BYTES / 1024, "platform/chassis/README.md", "fits every record into {} KB"),
    (PREFLIGHT_MAX_AGE_SECONDS / 60, THREATS, "Browsers cache preflights for {} minutes"),
    (_VOTING["LogRetentionDays"]["Default"], PRIVACY, "retention of every log group, {} days by default"),
    (len(STEPS), "README.md", "tests a deployed environment in {} steps"),
]  # fmt: skip


def number(text: str) -> float | None:
    """Return the value of `thirteen`, `a` or `5,000`."""
    digits = re.sub("[,_]", "", text)
    return float(digits) if digits.isdigit() else WORDS.get(text)


def fault(root: Path, value: float, path: str, sentence: str) -> str | None:
    """Return the fault of a sentence; None if its number is the value."""
    before, after = (re.escape(part) for part in sentence.split("{}"))
    text = " ".join(next(root.glob(path)).read_text("utf-8").split())
    found = re.findall(rf"{before}(\w[\w,]*){after}", text)
    wrong = [said for said in found if number(said) != value]
    if found and not wrong:
        return None
    return f"{path}: {sentence!r} has {' and '.join(wrong) or 'no place'}, the code has {value:g}"


def test_documents_and_pages_have_the_numbers_of_the_code() -> None:
    faults = [fault(ROOT, float(value), *place) for value, *place in NUMBERS]
    assert [found for found in faults if found] == []


@pytest.mark.parametrize("text", ["waits four\nseconds", "waits 30 seconds", "waits long"])
def test_another_number_and_a_missing_sentence_are_faults(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.md").write_text(text)
    assert fault(tmp_path, 3, "page.md", "waits {} seconds")
