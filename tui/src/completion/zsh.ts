/** Completion for zsh: names with what they mean beside them. */
import { allCommands, type CommandNode, type OptionNode } from './command-node.ts';

export function zshCompletion(program: CommandNode): string {
  const commands = allCommands(program);
  return `#compdef nightlight
# nightlight completion for zsh; to have it in every shell, in a folder of your fpath:
#   nightlight completion zsh > ~/.zsh/completions/_nightlight
_nightlight() {
  local current="\${words[CURRENT]}" before="\${words[CURRENT-1]}" at="" i
  local -a options next
  local files=""
  for ((i = 2; i < CURRENT; i++)); do
    case "$at/\${words[i]}" in
      ${commands
        .slice(1)
        .map(({ path }) => path)
        .join('|')}) at="$at/\${words[i]}" ;;
    esac
  done
  case "$at $before" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${commands.map(wordsCase).join('\n')}
  esac
  if [[ $current == -* ]]; then
    _describe option options
    return
  fi
  (( \${#next} )) && _describe word next
  [[ -n $files ]] && _files
}
if [[ \${funcstack[1]} == _nightlight ]]; then _nightlight "$@"; else compdef _nightlight nightlight; fi
`;
}

function valueCases({ path, options }: CommandNode): readonly string[] {
  return options
    .filter(({ value }) => value !== 'none')
    .map((option) => `    ${option.names.map((name) => `"${path} ${name}"`).join('|')}) ${valueAction(option)}; return ;;`);
}

function valueAction({ value, words }: OptionNode): string {
  if (value === 'file') return '_files';
  return value === 'words' ? `compadd -- ${words.join(' ')}` : '_message value';
}

function wordsCase({ path, options, commands, words, takesFiles }: CommandNode): string {
  const described = options.flatMap(({ names, description }) => names.map((name) => pair(name, description)));
  const next = [...commands.map(({ name, summary }) => pair(name, summary)), ...words.map((word) => quoted(word))];
  return `    "${path}") options=(${described.join(' ')}); next=(${next.join(' ')}); files=${takesFiles ? 'yes' : '""'} ;;`;
}

/** A colon parts the two, so none may stand in the name. */
function pair(name: string, meaning: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${meaning}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
