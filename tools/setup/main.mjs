import { prepare } from './prepare.mjs';
import { tell } from './steps.mjs';

/**
 * A command of package.json: prepares the checkout, and on Node 24 runs `command`, which answers the exit code. What goes
 * wrong is told in words.
 * @param {() => Promise<number | void>} command
 */
export async function main(command) {
  if (!(await prepare())) return;
  let code = 1;
  try {
    code = (await command()) ?? 0;
  } catch (reason) {
    tell(reason);
  }
  process.exit(code);
}
