// The edge function: repairs altered links, and answers unknown paths.
import { describe, expect, test } from "bun:test";
import { readLink } from "../../site/logic/code.js";

const template = await Bun.file(new URL("../../template.yaml", import.meta.url)).text();
const languages = await Bun.file(new URL("../../../../tests/corpus/languages.json", import.meta.url)).json();
const [, start, indented] = /FunctionCode: !Join\n.*\n +- - "(.*)"\n.*AllowedOrigins\n.*\|\n((?: {12}.*\n|\n)+)/.exec(
  template,
);
const FRIENDS = ["https://news.example", "https://paper.example"];
const source = `${start}'${FRIENDS.join(", ")}'${indented.replaceAll(/^ {12}/gm, "")}`;
const handler = new Function(`${source}; return handler;`)();

const POLL = "0123456789abcdefghjkmnpqrs";
const ask = (uri, { lang, accept, dest, agent } = {}) => {
  const querystring = lang ? { lang: { value: lang } } : {};
  const sent = { "accept-language": accept, "sec-fetch-dest": dest, "user-agent": agent };
  const given = Object.entries(sent).filter(([, value]) => value !== undefined);
  const headers = Object.fromEntries(given.map(([name, value]) => [name, { value }]));
  return handler({ version: "1.0", request: { method: "GET", uri, querystring, headers, cookies: {} } });
};

test("the function is small enough for CloudFront", () => {
  expect(new Blob([source]).size).toBeLessThan(10 * 1024);
});

describe("a published path", () => {
  const files = [...new Bun.Glob("**/*").scanSync(new URL("../../site", import.meta.url).pathname)].map(
    (file) => `/${file}`,
  );

  test("is not rewritten", () => {
    const all = [
      ...files,
      "/",
      "/admin",
      "/admin/",
      "/present",
      "/present/",
      "/verify",
      "/verify/",
      "/config.json",
      "/assets/page-4k2j9x1a.js",
      "/assets/de-0a1b2c3d4e5f.json",
    ];
    expect(all.filter((uri) => ask(uri).uri !== uri)).toEqual([]);
  });

  test.each([`/p/${POLL}`, `/embed/${POLL}`])("is not rewritten as a link: %s", (uri) => {
    expect(ask(uri).uri).toBe(uri);
  });
});

describe("a poll's link", () => {
  test.each([`/p/${POLL}`, `/p/${POLL}.`, `/P/${POLL.toUpperCase()}`])(
    "leads a browser to the poll's page without a request to the API: %s",
    (uri) => {
      const { statusCode, headers } = ask(uri, { dest: "document" });
      expect([statusCode, headers.location.value]).toEqual([302, `/?poll=${POLL}`]);
      expect(headers["cache-control"].value).toBe("no-store");
      expect(ask(uri, { dest: "document", lang: "he" }).headers.location.value).toBe(`/?poll=${POLL}&lang=he`);
    },
  );

  test.each([
    { agent: "Mozilla/5.0 Chrome/140" },
    { dest: "empty" },
    { dest: "document", agent: "Mozilla/5.0 AppleWebKit/601 facebookexternalhit/1.1 Facebot Twitterbot/1.0" },
    { dest: "document", agent: "Mozilla/5.0 SkypeUriPreview Preview/0.5" },
  ])("leads everything else to its preview: %p", (reader) => {
    expect(ask(`/p/${POLL}`, reader).uri).toBe(`/p/${POLL}`);
  });

  test("in a frame stays an embed", () => {
    expect(ask(`/embed/${POLL}`, { dest: "document" }).uri).toBe(`/embed/${POLL}`);
  });
});

describe("an altered link", () => {
  test.each([
    [`/p/${POLL}/`, `/p/${POLL}`],
    [`/p/${POLL}.`, `/p/${POLL}`],
    [`/p/${POLL})`, `/p/${POLL}`],
    [`/p/${POLL}%29`, `/p/${POLL}`],
    [`/p/${POLL}%3E`, `/p/${POLL}`],
    [`/p/${POLL}%E2%80%9D`, `/p/${POLL}`],
    [`/P/${POLL.toUpperCase()}`, `/p/${POLL}`],
    [`/p/${POLL.toUpperCase()}`, `/p/${POLL}`],
    [`//p//${POLL}`, `/p/${POLL}`],
    [`/embed/${POLL}/`, `/embed/${POLL}`],
  ])("%s leads to %s", (uri, location) => {
    expect(ask(uri)).toMatchObject({ statusCode: 302, headers: { location: { value: location } } });
  });

  test("keeps only its language", () => {
    expect(ask(`/p/${POLL}.`, { lang: "he" }).headers.location.value).toBe(`/p/${POLL}?lang=he`);
    expect(ask(`/p/${POLL}.`, { lang: "x&y=<b>" }).headers.location.value).toBe(`/p/${POLL}`);
  });

  test.each(["/%23poll=POLL&code=CODE", "/%23poll%3DPOLL%26code%3DCODE", "/%23poll=POLL&code=CODE."])(
    "with an escaped # gets its fragment back: %s",
    (altered) => {
      const code = "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE";
      const { statusCode, headers } = ask(altered.replace("POLL", POLL).replace("CODE", code));
      expect(statusCode).toBe(302);
      expect(readLink(new URL(headers.location.value, "https://vote.example"))).toEqual({
        poll: POLL,
        code,
        choice: null,
      });
      expect(headers["cache-control"].value).toBe("no-store");
    },
  );

  test("of a receipt with an escaped # gets its fragment back", () => {
    const { headers } = ask(`/verify%23poll=${POLL}&receipt=5NRH-CGNQ-4TR4-80A7`);
    expect(headers.location.value).toBe(`/verify#poll=${POLL}&receipt=5NRH-CGNQ-4TR4-80A7`);
  });

  test.each(["/verify%23\r\nset-cookie: x", "/%23\r\nset-cookie: x", "/%23%0d%0aset-cookie:%20x", "/p/x%0d%0a"])(
    "adds no header of its own: %j",
    (uri) => {
      expect(JSON.stringify(ask(uri).headers)).not.toMatch(/\\[rn]/);
    },
  );
});

describe("an unknown path", () => {
  test.each([
    "/nothing",
    "/admin/nothing",
    "/p/",
    "/p/short",
    `/p/${POLL}/more`,
    "/wp-login.php",
    "/.env",
    "/%",
    "/%00",
    "/a/b/c",
    "/embed/",
    "/ADMIN",
  ])("gets the site's own page: %s", (uri) => {
    const { statusCode, headers, body } = ask(uri);
    expect(statusCode).toBe(404);
    expect(headers["content-type"].value).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"].value).toStartWith("default-src 'none'");
    expect(body.data).toContain("There is no page here");
    expect(body.data).toContain('<a class="button" href="/">');
    expect(body.data).not.toContain("script");
  });

  test.each([
    ["de", undefined, "Hier gibt es keine Seite", "ltr"],
    [undefined, "xx, es-MX;q=0.9", "Aquí no hay ninguna página", "ltr"],
    ["fr", "de", "Il n’y a pas de page ici", "ltr"],
    [undefined, "he-IL,he", "אין כאן דף", "rtl"],
    [undefined, "ar", "لا توجد صفحة هنا", "rtl"],
    ["constructor", "__proto__", "There is no page here", "ltr"],
  ])("gets a page in the reader's language: %p, %p", (lang, accept, words, dir) => {
    const { data } = ask("/nothing", { lang, accept }).body;
    expect(data).toContain(words);
    expect(data).toContain(`dir="${dir}"`);
  });
});

// covers: T39
describe("a cache key", () => {
  const key = (uri, headers, query) => {
    const { headers: sent, querystring } = handler({
      request: { method: "GET", uri, querystring: query, headers, cookies: {} },
    });
    return JSON.stringify([sent.origin, sent["accept-language"], querystring.lang]);
  };
  const paths = ["/polls/active", `/results/${POLL}`, `/p/${POLL}`, `/embed/${POLL}`, "/"];

  test.each(paths)("contains only known values for any request: %s", (uri) => {
    const keys = new Set();
    for (let n = 0; n < 2000; n += 1) {
      const noise = `${Math.random().toString(36)}${["", ",de;q=0.5", ";q=0.1, fr", "-AT"][n % 4]}`;
      const origin = { value: [`https://${noise}`, FRIENDS[n % 2], `${FRIENDS[0]}.${noise}`, "null"][n % 4] };
      keys.add(
        key(
          uri,
          { origin, "accept-language": { value: noise } },
          n % 3 ? { lang: { value: noise, multiValue: [{ value: noise }] } } : {},
        ),
      );
    }
    expect(keys.size).toBeLessThanOrEqual((FRIENDS.length + 1) * 6 * 2);
    expect([...keys].filter((one) => /0\./.test(one))).toEqual([]);
  });

  test("is the same for all foreign origins and for none", () => {
    const origins = [undefined, { value: "https://evil.example" }, { value: "https://NEWS.example" }, { value: "" }];
    expect(new Set(origins.map((origin) => key("/polls/active", origin ? { origin } : {}, {}))).size).toBe(1);
  });

  test.each(FRIENDS)("keeps an allowed origin: %s", (friend) => {
    const multiValue = [{ value: friend }, { value: "https://evil.example" }];
    expect(JSON.parse(key("/polls/active", { origin: { value: friend, multiValue } }, {}))[0]).toEqual({
      value: friend,
    });
  });

  test.each(languages)("contains the language of poll-service's answer: %j", ({ lang, accept, answered }) => {
    const { headers } = ask(`/p/${POLL}`, { lang, accept });
    expect(headers["accept-language"].value).toBe(answered);
  });
});
