// A poll's figures inside somebody else's page: shown, never voted on. The link leads to our own page for that.
import { publicApi } from "../api.js";
import { connectLive } from "../live.js";
import { isNewer, percents } from "../logic/results.js";

const pollId = document.body.dataset.poll;
const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat();
let shown = null;

function receive(frame) {
  if (frame.poll_id !== pollId || (shown && !isNewer(shown, frame))) return;
  if (frame.counts) draw((shown = frame));
  else if (frame.type === "results_hidden") hide();
}

function draw({ counts, total }) {
  $("hidden").hidden = true;
  const share = percents(counts);
  for (const side of ["a", "b"]) {
    $(`bar-${side}`).value = share[side];
    $(`figure-${side}`).textContent = `${share[side]} %`;
  }
  $("total").textContent = number.format(total);
}

function hide() {
  shown = null;
  $("hidden").hidden = false;
  for (const side of ["a", "b"]) {
    $(`bar-${side}`).value = 0;
    $(`figure-${side}`).textContent = "";
  }
  $("total").textContent = "…";
}

async function look() {
  try {
    receive({ ...(await publicApi.results(pollId)).body, type: "results" });
  } catch (failure) {
    if (failure.slug === "results-hidden") hide();
    else throw failure;
  }
}

look().catch(() => {});
connectLive({
  ticket: async () => (await publicApi.ticket()).body.ticket,
  shown: () => ({ poll_id: pollId, version: shown?.version ?? 0 }),
  onFrame: receive,
  onMode: (mode) => (document.body.dataset.live = mode),
  fetchInstead: look,
});
