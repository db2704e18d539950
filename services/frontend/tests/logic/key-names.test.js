import { expect, test } from "bun:test";
import { nameOf } from "../../site/logic/key-names.js";

test.each([
  ["of Latin letters", { key: "r", code: "KeyR" }, "r"],
  ["in capitals", { key: "R", code: "KeyR", shiftKey: true }, "r"],
  ["of AZERTY", { key: "q", code: "KeyA" }, "q"],
  ["of Russian", { key: "к", code: "KeyR" }, "r"],
  ["of Greek", { key: "ρ", code: "KeyR" }, "r"],
  ["of Arabic", { key: "ق", code: "KeyR" }, "r"],
  ["of Hebrew, where Q writes a slash", { key: "/", code: "KeyQ" }, "q"],
  ["of an input method", { key: "Process", code: "KeyF" }, "f"],
  ["with a dead key", { key: "Dead", code: "KeyC" }, "c"],
  ["of Russian, where Shift and the slash's key write a comma", { key: ",", code: "Slash", shiftKey: true }, "?"],
  ["that writes a question mark elsewhere", { key: "?", code: "Minus", shiftKey: true }, "?"],
  ["of a presenter's remote", { key: "PageDown", code: "PageDown" }, "PageDown"],
  ["that is none of these", { key: "5", code: "Digit5" }, "5"],
  ["without a place", { key: "ق" }, "ق"],
])("a key %s has the name for shortcuts", (_, event, name) => {
  expect(nameOf(event)).toBe(name);
});
