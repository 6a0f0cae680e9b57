/** docs/commands.md is what the commands say of themselves; `npx vitest run test/tui/commands-doc.test.ts -u` writes it anew. */
import { expect, test } from 'vitest';
import { commandsMarkdown } from '../../tui/src/commands/commands-doc.ts';
import { processWorld } from '../../tui/src/process-world.ts';

test('docs/commands.md says what the commands, their exit codes and their topics say', async () => {
  await expect(commandsMarkdown(processWorld())).toMatchFileSnapshot('../../docs/commands.md');
});
