import { describe, expect, test } from "bun:test";
import { keptPresenter } from "../../site/logic/present-session.js";

const ENDS = Date.parse("2026-11-28T20:00:00Z");
const STORED = JSON.stringify({ username: "ada", role: "editor", expires_at: "2026-11-28T20:00:00.000Z" });
const HOUR = 3_600_000;

describe("remembered presenter session", () => {
  test("a session is remembered with its member until it ends", () => {
    expect(keptPresenter(STORED, ENDS - 1)).toEqual({ username: "ada", role: "editor", ends: ENDS, long: false });
    expect(keptPresenter(STORED, ENDS)).toBeNull();
  });

  test("a session of more than eleven hours is long enough for an event", () => {
    expect(keptPresenter(STORED, ENDS - 11 * HOUR - 1)?.long).toBe(true);
    expect(keptPresenter(STORED, ENDS - 11 * HOUR)?.long).toBe(false);
  });

  test.each([null, "{}", '{"expires_at": "soon"}'])("browser without a session remembers none: %p", (stored) => {
    expect(keptPresenter(stored, ENDS)).toBeNull();
  });
});
