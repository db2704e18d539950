// What is asked before a step that cannot be undone, and what is said once it is done. Words alone.

export const SAID = Object.freeze({
  open: "The poll opens in three seconds.",
  close: "The poll closes in three seconds.",
  archive: "The poll is archived.",
});

/** By step: what the dialog asks, what it tells, and its two answers. */
export const ASKED = Object.freeze({
  close: {
    title: "Close this poll now?",
    tells: ["Votes are taken for three more seconds, then never again. This cannot be undone."],
    no: "Keep it open",
    yes: "Close now",
  },
  archive: {
    title: "Archive this poll?",
    tells: [
      "The key that ties its votes to the people who cast them is destroyed: from then on nobody can work out who cast which vote. Two things remain: a receipt still finds its vote, and backups hold the key for up to 35 days.",
      "Results, recounts and exports stay. Voters cannot ask for their receipt again. This cannot be undone.",
    ],
    no: "Not yet",
    yes: "Archive",
  },
});
