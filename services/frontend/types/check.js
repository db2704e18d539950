// Checks the types of the pages' JavaScript. Usage: bun types/check.js
// What the vendored modules lack is not ours to mend: TypeScript reads them because the pages import them.
import { $ } from "bun";

const FRONTEND = `${import.meta.dir}/..`;
const VENDOR = "site/vendor/";

await $`bun types/generate.js ../../.dev/frontend`.cwd(FRONTEND);
const { stdout, stderr } = await $`node_modules/.bin/tsc --pretty false`.cwd(FRONTEND).nothrow().quiet();
const found = `${stdout}${stderr}`.split(/\n(?! )/).filter((error) => error !== "" && !error.startsWith(VENDOR));
if (found.length > 0) {
  console.error(found.join("\n"));
  process.exit(1);
}
