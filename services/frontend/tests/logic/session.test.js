import { expect, test } from "bun:test";
import permissions from "../../../../tests/corpus/permissions.json";
import { aboutRole, PERMISSIONS, permissionsOf, ROLES, roleOf } from "../../site/logic/role.js";
import { authorizeUrl, isFresh, logoutUrl, readCallback, sessionOf, tokenRequest } from "../../site/logic/session.js";
import { speakToOrganisers } from "./organisers.js";

speakToOrganisers();

const CONFIG = { signInUrl: "https://sign-in.example", signInClientId: "client", scope: "openid email" };
const ORIGIN = "https://vote.example";
const token = (claims) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;

test("an access token is fresh until shortly before its end", () => {
  const session = sessionOf({ access_token: "t", expires_in: 3600 }, 1_000);
  expect(session).toEqual({ access_token: "t", expires_at: 3_601_000, name: "Signed in", username: "", role: "none" });
  expect(isFresh(session, 3_570_000)).toBe(true);
  expect(isFresh(session, 3_571_000)).toBe(false);
  expect(isFresh(null, 0)).toBe(false);
});

test("a session has the name and the role of its token", () => {
  const id_token = token({
    email: "ünal@example.com",
    "cognito:username": "unal",
    "cognito:groups": ["viewer", "owner", "x"],
  });
  expect(sessionOf({ access_token: "t", id_token, expires_in: 60 }, 0)).toMatchObject({
    name: "ünal@example.com",
    username: "unal",
    role: "owner",
  });
  expect(sessionOf({ access_token: "t", id_token: "h.not base64.s", expires_in: 60 }, 0).role).toBe("none");
});

test("the address of the sign-in page contains the challenge and the way back", () => {
  const asked = new URL(authorizeUrl(CONFIG, ORIGIN, "state", "challenge"));
  expect(asked.origin + asked.pathname).toBe("https://sign-in.example/oauth2/authorize");
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    response_type: "code",
    client_id: "client",
    redirect_uri: "https://vote.example/admin/",
    scope: "openid email",
    state: "state",
    code_challenge: "challenge",
    code_challenge_method: "S256",
  });
  expect(new URL(logoutUrl(CONFIG, ORIGIN)).searchParams.get("logout_uri")).toBe("https://vote.example/admin/");
  expect(Object.fromEntries(tokenRequest(CONFIG, ORIGIN, "c", "v"))).toMatchObject({
    grant_type: "authorization_code",
    code: "c",
    code_verifier: "v",
  });
});

test.each([
  ["", null, null],
  [
    "error=x&error_description=Locked&state=s",
    { state: "s", verifier: "v" },
    { error: "The sign-in was not completed." },
  ],
  [
    "error=access_denied&error_description=Locked&state=s",
    { state: "s", verifier: "v" },
    { error: "The sign-in was cancelled or refused." },
  ],
  ["error=toString&state=s", { state: "s", verifier: "v" }, { error: "The sign-in was not completed." }],
  ["code=c&code=d&state=s", { state: "s", verifier: "v" }, { error: "The sign-in was not completed." }],
  ["code=c&state=s", { state: "s", verifier: "v" }, { code: "c", verifier: "v" }],
])("the address %p with the stored state %p means %p", (query, started, meaning) => {
  expect(readCallback(new URLSearchParams(query), started)).toEqual(meaning);
});

test.each(
  [null, {}, { state: "other", verifier: "v" }, { state: "S", verifier: "v" }].flatMap((started) =>
    ["code=c&state=s", "error=x&error_description=Locked&state=s", "error=x", "code=c", "code=c&state=s&state=S"].map(
      (query) => [query, started],
    ),
  ),
)("what is no answer to a sign-in of this tab is refused: %p, begun as %p", (query, started) => {
  expect(readCallback(new URLSearchParams(query), started).error).toContain("not started in this tab");
});

test("the permissions of roles are those of the API", () => {
  expect(PERMISSIONS).toEqual(permissions);
  expect(ROLES).toEqual(Object.keys(permissions));
});

test("an unknown role has no permission, and only a list of groups has a role", () => {
  expect(permissionsOf("editor")).toEqual(["read", "polls.edit", "polls.close"]);
  for (const other of ["", "none", "moderator", "constructor"]) expect(permissionsOf(other)).toEqual([]);
  expect(roleOf("owner")).toBe("none");
  expect(roleOf(["editor", "viewer"])).toBe("editor");
});

test("every role has a sentence about its rights", () => {
  expect(ROLES.map(aboutRole)).toEqual([
    "a viewer sees everything and changes nothing",
    "an editor makes and runs polls",
    "an owner makes, runs, archives and deletes polls and manages members",
  ]);
});
