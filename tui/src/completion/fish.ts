/** Completion for fish: one line for each word that can come next, with what it means. */
import { allCommands, type CommandNode, type OptionNode } from './command-node.ts';

export function fishCompletion(program: CommandNode): string {
  const commands = allCommands(program);
  return `# nightlight completion for fish; to have it in every shell:
#   nightlight completion fish > ~/.config/fish/completions/nightlight.fish
function __nightlight_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at/$word"
            case ${commands
              .slice(1)
              .map(({ path }) => path)
              .join(' ')}
                set at "$at/$word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c nightlight -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, options, commands, words, takesFiles }: CommandNode): readonly string[] {
  const here = `complete -c nightlight -n '__nightlight_at "${path}"'`;
  return [
    ...(takesFiles ? [`${here} -F`] : []),
    ...commands.map(({ name, summary }) => `${here} -a ${name} -d ${quoted(summary)}`),
    ...words.map((word) => `${here} -a ${quoted(word)}`),
    ...options.map((option) => `${here}${optionFlags(option)} -d ${quoted(option.description)}`),
  ];
}

function optionFlags({ names, value, words }: OptionNode): string {
  const flags = names.map((name) => (name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`)).join('');
  if (value === 'none') return flags;
  if (value === 'file') return `${flags} -r -F`;
  return value === 'words' ? `${flags} -x -a ${quoted(words.join(' '))}` : `${flags} -x`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
