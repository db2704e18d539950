export default {
  "present.closes_at": "Closes: {time}",
  "present.closes_in": "Closes in {time}",
  "present.code": "Then type your code.",
  "present.final": "Final result",
  "present.hidden": "Results are hidden",
  "present.next": "The next question appears here by itself",
  "present.open": "Voting is open",
  "present.opens_at": "Opens: {time}",
  "present.opens_in": "Opens in {time}",
  "present.tie": "It’s a tie",
  "present.vote_here": "Vote here",
  "present.vote_now": "Vote now",
  "present.voted": {"one": "{n} voted", "other": "{n} voted"},
  "present.wins": "{option} wins · {share}"
};
