/** Pastes the first ten lines of the example's report into the README: `node setup/paste-example.mjs`, after a build. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const report = execFileSync(process.execPath, ['tui/dist/main.js', 'analyze', 'fixtures/example', '--format', 'text'], {
  cwd: root,
  env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
  encoding: 'utf8',
});
const [answer] = report.split('\n\n');
const readme = readFileSync(`${root}README.md`, 'utf8');
writeFileSync(
  `${root}README.md`,
  readme.replace(/```text\n[\s\S]*?\n```/, () => `\`\`\`text\n${answer}\n\`\`\``),
);
