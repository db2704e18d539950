// Checks the types of the pages' JavaScript. Usage: bun types/check.js
// Errors in vendored modules are ignored: TypeScript reads these because the pages import them.
import { $ } from "bun";

const FRONTEND = `${import.meta.dir}/..`;
const VENDOR = "site/vendor/";

const bun = [process.execPath, "--bun"]; // Node.js need not be installed
await $`${bun} types/generate.js ../../.dev/frontend`.cwd(FRONTEND);
const { stdout, stderr } = await $`${bun} node_modules/.bin/tsc --pretty false`.cwd(FRONTEND).nothrow().quiet();
const found = `${stdout}${stderr}`.split(/\n(?! )/).filter((error) => error !== "" && !error.startsWith(VENDOR));
if (found.length > 0) {
  console.error(found.join("\n"));
  process.exit(1);
}
