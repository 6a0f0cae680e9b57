/** The command line as plain data: what shells complete, and what docs/commands.md lists. */
import type { Argument, Command, Option } from 'commander';

export interface CommandNode {
  readonly name: string;
  /** `/incident/start`; empty for the program itself. */
  readonly path: string;
  readonly summary: string;
  readonly options: readonly OptionNode[];
  /** Words that an argument can be, as far as they are known. */
  readonly words: readonly string[];
  readonly takesFiles: boolean;
  readonly commands: readonly CommandNode[];
}

export interface OptionNode {
  /** `-o`, `--out` */
  readonly names: readonly string[];
  readonly description: string;
  readonly value: 'none' | 'file' | 'words' | 'other';
  readonly words: readonly string[];
}

/** @param known  words of arguments, by the path of their command, that no choice of the parser tells */
export function commandNodeOf(command: Command, known: Readonly<Record<string, readonly string[]>>, above?: string): CommandNode {
  const path = above === undefined ? '' : `${above}/${command.name()}`;
  const options = command.options.filter(({ hidden }) => !hidden).map(optionNodeOf);
  return {
    name: command.name(),
    path,
    summary: command.summary() || command.description(),
    options: [...options, { names: ['-h', '--help'], description: 'print this help', value: 'none', words: [] }],
    words: [...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []), ...(known[path] ?? [])],
    takesFiles: command.registeredArguments.some(isFile),
    commands: command.commands.map((below) => commandNodeOf(below, known, path)),
  };
}

/** Itself and all below it, the program first. */
export function allCommands(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(allCommands)];
}

function optionNodeOf({ short, long, description, argChoices, required, optional, flags }: Option): OptionNode {
  const takesValue = required || optional;
  const isPath = /[<[](?:file|dir|folder)/.test(flags);
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    value: !takesValue ? 'none' : argChoices !== undefined ? 'words' : isPath ? 'file' : 'other',
    words: argChoices ?? [],
  };
}

function isFile(argument: Argument): boolean {
  return /^(?:file|path|folder|before|after)$/.test(argument.name());
}
