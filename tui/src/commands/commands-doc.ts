/** docs/commands.md, made from the commands themselves and from the tables that their help is made of. */
import type { Command } from 'commander';
import { commandLine } from '../command-line.ts';
import { alignedTable } from '../model/markdown-table.ts';
import type { World } from '../world.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { TOPICS, topicText } from './help-topics.ts';

export function commandsMarkdown(world: World): string {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const paper = { ...world, stdout: { isTerminal: false, columns: 100, write } };
  const program = commandLine(paper, () => {});
  const helpOf = (command: Command): string => {
    written = '';
    command.outputHelp();
    return fenced(written);
  };
  const commands = below(program);
  return [
    '# Commands',
    '',
    'Made from the commands themselves and the tables of their help; a test holds them together. Keys of the dashboard: [keys.md](keys.md).',
    '',
    ...alignedTable([['command', ''], ...commands.map(({ name, command }) => [`\`${name}\``, cell(command.summary())])]),
    '',
    '## Exit codes',
    '',
    'Which gates trip when: [exit-codes.md](exit-codes.md).',
    '',
    ...alignedTable([['code', ''], ...EXIT_CODES.map(({ code, meaning }) => [String(code), cell(meaning)])]),
    '',
    '## nightlight',
    '',
    helpOf(program),
    ...commands.flatMap(({ name, command }) => ['', `## ${name}`, '', helpOf(command)]),
    ...TOPICS.flatMap((topic) => ['', `## nightlight help ${topic}`, '', fenced(topicText(topic))]),
    '',
  ].join('\n');
}

function below(command: Command, above = 'nightlight'): readonly { readonly name: string; readonly command: Command }[] {
  return command.commands.flatMap((child) => {
    const name = `${above} ${child.name()}`;
    return [{ name, command: child }, ...below(child, name)];
  });
}

function fenced(text: string): string {
  return ['```text', text.replace(/[ \t]+$/gm, '').trim(), '```'].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
