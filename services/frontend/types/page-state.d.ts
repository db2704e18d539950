// Types that several modules of the pages share. Bodies of the APIs are in `contracts`, generated from their schemas.
import type {
  AbuseReport,
  AudienceMessage,
  AuditEvent,
  Challenge,
  Choice,
  Member,
  Poll,
  PollClosedMessage,
  PollOpenedMessage,
  PongMessage,
  PositionEffect,
  Problem,
  PublicCertificate,
  PublicPoll,
  Recount,
  Results,
  ResultsHiddenMessage,
  ResultVisibility,
  Role,
  SeriesPoint,
} from "contracts";
import type { Confirmation } from "../site/logic/poll-actions.js";
import type { NAMES } from "../site/logic/settings.js";

/** The problem of a failed request; empty where a gateway or firewall answered without a body. */
export type PartialProblem = Partial<Problem>;

/** A phrase of the locales: one text, or one for each plural form. */
export type Phrase = string | Record<string, string>;

// Messages -----------------------------------------------------------------------------------------------------------

interface OfPoll {
  audience?: undefined;
}

/** Results as a message or as the API returns them, which has no type. */
export type ResultsUpdate = Results & OfPoll & { type?: "results" };

/** A poll whose counts are hidden, with its turnout if the poll shows it. */
export type HiddenUpdate = ResultsHiddenMessage & OfPoll & { counts?: undefined; position_effect?: undefined };

export type StatusUpdate = (PollOpenedMessage | PollClosedMessage) &
  OfPoll & { counts?: undefined; total?: undefined; position_effect?: undefined };

/** A message about one poll. */
export type PollUpdate = ResultsUpdate | HiddenUpdate | StatusUpdate;

/** A message of the live connection. */
export type LiveMessage =
  | PollUpdate
  | (PongMessage & { poll_id?: undefined; audience?: undefined })
  | (AudienceMessage & { poll_id?: undefined });

/** When a request was sent and its answer received, by the page's clock. */
export interface Times {
  sent: number;
  received: number;
}

export type LiveMode = "connecting" | "live" | "delayed";

// Polls ------------------------------------------------------------------------------------------------------------

/** A poll as the public or an organiser reads it. */
export type AnyPoll = PublicPoll | Poll;

/** The times and the status of a poll, which its phase depends on. */
export type Timed = Pick<AnyPoll, "status" | "opens_at" | "closes_at">;

export type Phase = "draft" | "soon" | "open" | "closed";

export type Lifecycle = Phase | "scheduled" | "archived";

/** `time`: the server's, RFC 3339; `age`: seconds in a cache, of answers that may come out of one. */
export interface ServerTime extends Times {
  time: string;
  age?: number;
}

type TimeSynced = { type: "time_synced" } & ServerTime;

// The voter's page and the embedded poll ---------------------------------------------------------------------------

/** The vote of this voter, as it was recorded. */
export interface Mine {
  choice: Choice;
  receipt: string;
  recorded_at: string;
  results_pass?: string;
  code?: string;
}

export type Reason = "offline" | "unreachable" | "crowded" | "busy" | "wait" | "proving";

/** A vote that is being sent; `again_at`: the time of the next attempt. */
export interface Attempt {
  choice: Choice;
  reason: Reason | null;
  again_at: number | null;
}

/** The outcome of a vote. */
export interface Answer {
  kind: "recorded" | "again" | "other" | "closed" | "unknown" | "refused" | "no_code" | "short_code" | "invalid_code";
  slug?: string;
  title?: string;
  detail?: string | null;
}

export interface Vote {
  mine: Mine | null;
  attempt: Attempt | null;
  answer: Answer | null;
}

export interface VoterState {
  /** The poll of the address; null: the active poll. */
  wanted: string | null;
  /** The option that a link from another page has preselected; only a tap casts it. */
  marked: Choice | null;
  /** Whether the browser keeps cookies for this site. */
  cookies: boolean;
  load: "loading" | "ready" | "unknown" | "trouble";
  /** Why loading failed. */
  trouble?: "busy" | "offline";
  poll: PublicPoll | null;
  /** By poll id: an answer may come after the page has switched to the next poll. */
  votes: Record<string, Vote>;
  /** By poll id: the content of the field for the code. */
  codes: Record<string, string>;
  /** The poll to switch to when its turn comes. */
  next: PublicPoll | null;
  /** The active poll, on a page that stays with the poll of its link. */
  other: PublicPoll | null;
  /** Ids of the polls shown before this one: a cached answer must not bring one back. */
  previousPollIds: string[];
  results: ResultsUpdate | null;
  /** The visibility rule that hides the counts. */
  hidden: ResultVisibility | null;
  /** The number of votes, in a poll that shows it while counts are hidden. */
  turnout: { total: number; version: number } | null;
  /** The audience, once it is known. */
  audience: number | null;
  status_version: number;
  live: LiveMode;
  /** Server minus page, in milliseconds. */
  offset: number | null;
  /** That the poll has changed, or the answer to a vote whose poll is no longer shown. */
  elsewhere: Answer | { kind: "switched" } | null;
}

export type VoterAction =
  | TimeSynced
  | { type: "unknown_poll" }
  | { type: "load_failed"; reason: "busy" | "offline" }
  | { type: "live"; mode: LiveMode }
  | { type: "audience"; audience: number }
  | { type: "poll"; poll: PublicPoll | null; now: number }
  | { type: "poll_beside"; poll: PublicPoll | null }
  | { type: "tick"; now: number }
  | { type: "poll_removed"; poll_id: string }
  | { type: "remembered"; poll_id: string; mine: Mine }
  | { type: "code"; poll_id: string; code: string }
  | { type: "another_code"; poll_id: string }
  | { type: "choose"; poll_id: string; choice: Choice }
  | { type: "sending"; poll_id: string }
  | { type: "postponed"; poll_id: string; reason: Reason; again_at: number | null }
  | { type: "answered"; poll_id: string; answer: Answer; mine?: Mine }
  | { type: "message"; message: PollUpdate }
  | { type: "hidden"; poll_id: string };

/** A message to the voter. `ticker` changes every second and is only for the eye; the rest is announced when it changes. */
export interface VoterMessage {
  tone: "calm" | "busy" | "good" | "firm" | "trouble";
  title: string;
  detail: string;
  ticker: string;
  receipt: string | null;
}

/** A challenge with its solution, sent with a vote. */
export interface Proof {
  challenge: Challenge;
  derived_key: string;
}

// The page that checks receipts --------------------------------------------------------------------------------------

/** The published keys of the logs. `prefix`: how the names of all logs of the site begin. */
export interface LogKeys {
  prefix: string;
  keys: LogKey[];
}

/** A public key, until a time in milliseconds since 1970. */
export interface LogKey {
  publicKey: Uint8Array<ArrayBuffer>;
  until: number;
}

/** A signed checkpoint of a log. `body`: the signed text. */
export interface Checkpoint {
  text: string;
  body: string;
  origin: string;
  size: number;
  root: Uint8Array<ArrayBuffer>;
  signatures: { name: string; id: string; signature: Uint8Array<ArrayBuffer> }[];
}

export type SignatureCheck = "valid" | "invalid" | "unknown_key" | "expired_key" | "unsupported";

/** The proof that an entry is in a log. `extra`: the entry. */
export interface LogProof {
  extra: Uint8Array<ArrayBuffer>;
  index: number;
  hashes: Uint8Array<ArrayBuffer>[];
  checkpoint: Checkpoint;
}

/** The log of a poll. `certificate`: null for a deleted poll; `signed`: false where the browser cannot check it. */
export interface PublishedLog {
  pollId: string;
  checkpoint: Checkpoint;
  certificate: PublicCertificate | null;
  signed: boolean;
}

export type LogFlaw =
  | "keys"
  | "checkpoint"
  | "signature"
  | "key"
  | "certificate"
  | "unlisted"
  | "order"
  | "missing"
  | "tree"
  | "proof";

/** The outcome of a check. Only `counted` and `proved` say that a vote is counted, and none that it is not. */
export type CheckOutcome =
  | ({ kind: "counted"; proof: LogProof } & Omit<PublishedLog, "checkpoint">)
  | ({ kind: "certified" } & PublishedLog)
  | ({ kind: "absent" } & Pick<PublishedLog, "pollId" | "certificate">)
  | { kind: "absent_all" }
  | { kind: "proved"; pollId: string; signed: boolean; proof: LogProof; own: boolean | null }
  | { kind: "mistyped"; flaw: "empty" | "length" | "symbol" | "check"; count: number; suggestion: string | null }
  | { kind: "unpublished"; poll: PublicPoll }
  | { kind: "faulty"; flaw: LogFlaw }
  | { kind: "unknown" | "no_results" | "unreachable" | "no_proof" | "nothing_scanned" | "uncheckable" };

export interface VerifyState {
  /** The poll in whose log the page looks; null: all published results. */
  poll: string | null;
  /** The content of the field for the receipt. */
  text: string;
  /** The number of the newest check: the outcome of an older one is ignored. */
  check: number;
  busy: boolean;
  outcome: CheckOutcome | null;
  /** The certificate that the page shows. */
  certificate: PublicCertificate | null;
}

export type VerifyAction =
  | { type: "typed"; text: string }
  | { type: "everywhere" }
  | { type: "started"; quiet?: boolean }
  | { type: "found"; check: number; outcome: CheckOutcome };

/** The message about a receipt. `offer`: what the reader can do next. */
export interface OutcomeMessage {
  tone: "calm" | "busy" | "good" | "firm" | "trouble";
  title: string;
  detail: string;
  offer: "all" | "again" | null;
  suggestion: string | null;
}

// The organisers' pages --------------------------------------------------------------------------------------------

/** A confirmation, with the questions of its polls and the work that it confirms. `again`: the key that confirms it, too. */
export interface Question extends Confirmation {
  questions: string[];
  work: () => unknown;
  again?: string;
}

// The presenter ----------------------------------------------------------------------------------------------------

export interface Alert {
  title: string;
  detail: string;
}

export interface PresenterState {
  /** "presenting": a session that can only show results and close. */
  session: "loading" | "out" | "in" | "presenting" | "expired" | "roleless";
  /** The role in the organiser's session. */
  role: Role | "none";
  poll: AnyPoll | null;
  /** Ids of the polls shown before: a late answer must not bring one back. */
  previousPollIds: string[];
  results: ResultsUpdate | null;
  /** The number of voters, where it is known without the counts. */
  total: number | null;
  audience: number | null;
  status_version: number;
  /** The presenter's choice for this poll. */
  decided: "shown" | "hidden" | null;
  live: LiveMode;
  offset: number | null;
  alert: Alert | null;
  /** Why no poll is shown. */
  trouble: (Alert & { unknown: boolean }) | null;
  /** The draft that is up next, for organisers. */
  next: Poll | null;
  /** The QR code fills the screen. */
  large: boolean;
  full: boolean;
  helping: boolean;
  /** The open confirmation. */
  asked: Question | null;
  /** The text that screen readers announce. */
  said: string;
}

export type PresenterAction =
  | TimeSynced
  | { type: "trouble"; status: number; problem: PartialProblem }
  | { type: "trouble_cleared" }
  | { type: "session"; session: PresenterState["session"]; role?: PresenterState["role"] }
  | { type: "live"; mode: LiveMode }
  | { type: "set"; values: Partial<PresenterState> }
  | { type: "next"; poll: Poll | null }
  | { type: "decide"; decided: "shown" | "hidden" }
  | { type: "poll_removed"; poll_id: string }
  | { type: "poll"; poll: AnyPoll | null }
  | { type: "message"; message: LiveMessage };

// The dashboard ----------------------------------------------------------------------------------------------------

/** A boolean setting of a poll, by its name in the API. */
export type BooleanSetting = {
  [Name in Exclude<keyof Poll, "rehearsal">]-?: NonNullable<Poll[Name]> extends boolean ? Name : never;
}[Exclude<keyof Poll, "rehearsal">];

/** The words of each boolean setting. Those that voters' pages show may always change. */
export type Settings = {
  [Name in BooleanSetting]: {
    label: string;
    no: string;
    yes: string;
    hint?: string;
    name: string;
    always: Name extends Exclude<keyof PublicPoll, "shuffle_options"> ? true : false;
  };
};

/** A field of the form that a poll is edited in. */
export type Field = keyof typeof NAMES;

export type Form = Record<Field, string>;

export type FormErrors = Partial<Record<Field, string>>;

/** The task of the form. `before`: the form as it was filled; `clash`: another change of the poll since then. */
export interface Task {
  kind: "new" | "again" | "edit";
  poll_id: string | null;
  revision: number | null;
  question: string;
  before: Form;
  clash: null | { text: string; revision: number; fields: Field[] };
}

export interface Writing {
  task: Task;
  form: Form;
}

/** A change of status or times. `times`: as the poll is to have them; null removes one. */
export interface PollAction {
  step: string;
  times?: PollTimes;
}

export interface PollTimes {
  opens_at?: string | null;
  closes_at?: string | null;
}

/** The outcome of a poll action. */
export interface Notice {
  poll_id?: string | null;
  tone: "done" | "trouble";
  text: string;
  title?: string;
  undo?: PollAction | null;
  lifecycle?: Lifecycle;
  revision?: number;
}

/** Cumulative counts at a time. */
export interface Point {
  at: number;
  a: number;
  b: number;
}

/** Codes made on this page, which no request returns again. */
export interface MadeCodes {
  codes: string[];
  minted: number;
  kept: boolean;
}

/** The filter and the order of the list of polls. */
export interface Wanted {
  words: string;
  status: string;
  order: string;
}

export interface AdminState extends Panels {
  session: "loading" | "out" | "in" | "expired";
  name: string;
  username: string;
  role: Role | "none" | "";
  /** Newest first. */
  polls: Poll[];
  listed: boolean;
  next_cursor: string | null;
  wanted: Wanted;
  selected: string | null;
  /** By poll id, like the next five. */
  results: Record<string, ResultsUpdate>;
  effects: Record<string, PositionEffect>;
  /** Votes over time. */
  series: Record<string, SeriesPoint[]>;
  /** The counts that messages brought. */
  seen: Record<string, Point[]>;
  recounts: Record<string, Recount>;
  abuse: Record<string, AbuseReport>;
  codes: Record<string, MadeCodes>;
  audience: number | null;
  live: LiveMode;
  offset: number | null;
  task: Task;
  form: Form;
  /** Tasks begun before this one, with what was typed. */
  aside: Writing[];
  errors: FormErrors;
  alert: Alert | null;
  notice: Notice | null;
  /** By name of a running request. */
  busy: Record<string, boolean>;
  /** The open tab, as in the address. */
  tab: string;
  dialog: AdminDialog | null;
  /** The text that screen readers announced last. */
  said: string;
}

/** The values of panels that are of no concern to others. */
export interface Panels {
  members: { list: Member[]; busy: boolean; trouble: string };
  invitation: { typed: Invite; errors: Record<string, string>; trouble: string };
  auditLog: {
    entries: AuditEvent[];
    cursor: string | null;
    /** Ids of polls known to be deleted. */
    gone: string[];
    /** Only events of the selected poll. */
    own: boolean;
    listed: boolean;
    trouble: string;
  };
  exporting: { what: string; format: string; progress: string };
  codesForm: { count: string; error: string };
  sharing: { said: string };
}

/** The dialog for the times of a poll, as it was when the dialog was opened. */
export interface TimesDialog {
  kind: "times";
  step: string;
  poll: Poll;
  fields: { opens_at: string; closes_at: string };
  errors: { opens_at?: string; closes_at?: string };
  trouble: string;
}

export type AdminDialog = TimesDialog | { kind: "confirm"; asked: Question } | { kind: "help" };

/** The selected poll, for its panels. `at`: server time, `now`: device time, in ms. */
export interface PollView {
  state: AdminState;
  poll: Poll;
  lifecycle: Lifecycle;
  at: number;
  now: number;
}

/** What the fields of the form need of it. */
export interface FormView {
  form: Form;
  errors: FormErrors;
  busy: Record<string, boolean>;
  isFixed: (field: Field) => boolean;
}

export type AdminAction =
  | TimeSynced
  | { type: "signed_in"; name: string; username?: string; role?: AdminState["role"] }
  | { type: "signed_out" }
  | { type: "live"; mode: LiveMode }
  | { type: "select"; poll_id: string | null }
  | { type: "busy"; name: string; on: boolean }
  | { type: "dismissed" }
  | { type: "abuse"; report: AbuseReport }
  | { type: "series"; poll_id: string; points: SeriesPoint[] }
  | { type: "recount"; recount: Recount }
  | { type: "listed"; polls: Poll[]; next_cursor: string | null; more: boolean; now: number }
  | { type: "poll"; poll: Poll }
  | { type: "poll_found"; poll: Poll }
  | { type: "noticed"; notice: Notice }
  | { type: "poll_removed"; poll_id: string; now: number }
  | { type: "created"; poll: Poll }
  | { type: "saved"; poll: Poll }
  | { type: "codes_made"; poll_id: string; codes: string[]; minted: number }
  | { type: "codes_kept"; poll_id: string }
  | { type: "tab"; tab: string }
  | { type: "dialog"; dialog: AdminDialog | null }
  | { type: "said"; text: string }
  | { type: "panel"; panel: keyof Panels; change: Partial<Panels[keyof Panels]> }
  | { type: "list_filtered"; field: string; value: string }
  | { type: "audience"; audience: number }
  | { type: "message"; message: PollUpdate }
  | { type: "refused"; status: number; problem: PartialProblem; about?: "form" | "step" }
  | EditorAction;

export type EditorAction =
  | { type: "typed"; field: Field; value: string }
  | { type: "incomplete"; errors: FormErrors }
  | { type: "field_invalid"; field: Field; message: string | undefined }
  | { type: "edit_started"; task: Task; form: Form }
  | { type: "finished" }
  | { type: "edit_conflict"; clash: NonNullable<Task["clash"]> }
  | { type: "reloaded"; task: Task; form: Form }
  | { type: "edited_poll_deleted" }
  | { type: "restored"; kept: Writing & { aside: Writing[] } };

/** A reducer's functions by the type of the action that each handles. */
export type Handlers<State, Action extends { type: string }> = {
  [Type in Action["type"]]: (state: State, action: Extract<Action, { type: Type }>) => State;
};

export type Dispatch<Action> = (action: Action) => void;

// HTTP -------------------------------------------------------------------------------------------------------------

/** The answer to a request. `age`: seconds it was in a cache; `sent`, `received`: by the page's clock. */
export interface Reply<Body> extends Times {
  status: number;
  body: Body;
  age: number;
}

/** A name and a text of a definition list. */
export interface Figure {
  name: string;
  text: string;
}

/** An invitation as it is typed. */
export interface Invite {
  name: string;
  email: string;
  role: string;
}
