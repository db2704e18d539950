// The English phrases of the organisers' pages, for the tests of a file.
import { afterAll, beforeAll } from "bun:test";
import dashboard from "../../site/admin/locales/en.js";
import { speak } from "../../site/logic/i18n.js";
import shared from "../../site/organisers/locales/en.js";
import presenter from "../../site/present/locales/en.js";

export function speakToOrganisers() {
  beforeAll(() => speak("en", "en", { ...shared, ...dashboard, ...presenter }));
  afterAll(() => speak("en", "en", {}));
}
