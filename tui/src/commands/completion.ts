/** `nightlight completion`: prints what makes a shell complete commands, options and their words. */
import type { Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { commandNodeOf } from '../completion/command-node.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { LAYER_TOOLS } from '../model/layer-config.ts';
import type { World } from '../world.ts';
import { TOPICS } from './help-topics.ts';
import type { CompletedShell } from './register-completion.ts';
import { SCHEMA_NAMES } from './schema.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export function runCompletion(shell: CompletedShell, program: Command, world: World): number {
  const commands = program.commands.map((command) => command.name());
  const known = { '/help': [...commands, ...TOPICS], '/schema': SCHEMA_NAMES, '/layer/config': LAYER_TOOLS };
  world.stdout.write(SCRIPTS[shell](commandNodeOf(program, known)));
  return 0;
}
