/** Completion for bash, 3.2 and later; without the package bash-completion, which not every machine has. */
import { allCommands, type CommandNode, type OptionNode } from './command-node.ts';

export function bashCompletion(program: CommandNode): string {
  const commands = allCommands(program);
  return `# nightlight completion for bash; to have it in every shell:
#   nightlight completion bash >> ~/.bashrc
_nightlight() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" at="" options="" words="" files="" i
  # --format=te comes as three words.
  if [[ $current == "=" ]]; then current=""; elif [[ $before == "=" ]]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at/\${COMP_WORDS[i]}" in
      ${commands
        .slice(1)
        .map(({ path }) => path)
        .join(' | ')}) at="$at/\${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$at $before" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${commands.map(wordsCase).join('\n')}
  esac
  if [[ $current == -* ]]; then words="$options"; files=""; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  # Names of files are left to bash, which knows how to quote them.
  [[ -n $files ]] || compopt +o default 2>/dev/null
}
complete -o default -F _nightlight nightlight
`;
}

function valueCases({ path, options }: CommandNode): readonly string[] {
  return options
    .filter(({ value }) => value !== 'none')
    .map((option) => `    ${option.names.map((name) => `"${path} ${name}"`).join(' | ')}) ${valueAction(option)} ;;`);
}

function valueAction({ value, words }: OptionNode): string {
  if (value === 'file') return 'return';
  return `compopt +o default 2>/dev/null; COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$current")); return`;
}

function wordsCase({ path, options, commands, words, takesFiles }: CommandNode): string {
  const names = options.flatMap((option) => option.names);
  const next = [...commands.map(({ name }) => name), ...words];
  return `    "${path}") options="${names.join(' ')}"; words="${next.join(' ')}"; files="${takesFiles ? 'yes' : ''}" ;;`;
}
