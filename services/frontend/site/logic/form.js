// The form that a poll is written in: what it holds, what is wrong with it, what it asks the API for. No I/O, no clock, no DOM.

export const EMPTY_FORM = Object.freeze({
  question: "",
  a: "",
  b: "",
  closes_at: "",
  result_visibility: "always",
  policy: "device",
  proof_of_work: "no",
  show_turnout: "no",
});

/** The body of `POST /admin/api/polls`. An incomplete time is the browser's to complain about. */
export function pollOf(form) {
  const body = {
    question: form.question,
    options: { a: { label: form.a }, b: { label: form.b } },
    result_visibility: form.result_visibility,
    policy: form.policy,
    proof_of_work: form.proof_of_work === "yes",
    show_turnout: form.show_turnout === "yes",
  };
  return form.closes_at ? { ...body, closes_at: new Date(form.closes_at).toISOString() } : body;
}

/** What is wrong with the form before it is worth sending, by field. The API has the last word. */
export function errorsIn(form, now) {
  const errors = {};
  const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
  if (!form.question.trim()) errors.question = "Write a question.";
  if (!form.a.trim()) errors.a = "Write the first option.";
  if (!form.b.trim()) errors.b = "Write the second option.";
  else if (same(form.a, form.b)) errors.b = "The two options must differ.";
  if (form.closes_at && !(new Date(form.closes_at).valueOf() > now)) errors.closes_at = "Choose a time in the future.";
  return errors;
}

/** Which field of the form an error of the API is about; "" for the form as a whole. */
export function fieldOf(path) {
  if (path.startsWith("options.a")) return "a";
  if (path.startsWith("options.b")) return "b";
  if (path === "options") return "b"; // equal options: the second is the one to change
  return ["question", "closes_at", "result_visibility", "policy", "proof_of_work", "show_turnout"].find((field) => path.startsWith(field)) ?? "";
}
