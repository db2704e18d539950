// Checks the types of the pages' JavaScript. Usage: bun types/check.js
// Errors in vendored modules are ignored: TypeScript reads these because the pages import them.
import { $ } from "bun";

const FRONTEND = `${import.meta.dir}/..`;
const VENDOR = "site/vendor/";

const bun = [process.execPath, "--bun"]; // Node.js need not be installed
await $`${bun} types/generate.js ../../.dev/frontend`.cwd(FRONTEND);
const { exitCode, stdout, stderr } = await $`${bun} node_modules/.bin/tsc --pretty false`
  .cwd(FRONTEND)
  .nothrow()
  .quiet();
const errors = `${stdout}${stderr}`.split(/\n(?! )/).filter(Boolean);
const found = errors.filter((error) => !error.startsWith(VENDOR));
if (found.length > 0 || (exitCode !== 0 && errors.length === 0)) {
  console.error(found.join("\n") || `tsc exited with ${exitCode}`);
  process.exit(1);
}
