/**
 * Who is told: an address of http or https, or a command of the user's own shell.
 *
 * What is shown of it never holds a secret: the address of a chat's hook is one from its path on, and a command may carry a
 * token among its words.
 */

export type NotifyTarget =
  | { readonly kind: 'url'; readonly url: URL; readonly shown: string }
  | { readonly kind: 'command'; readonly command: string; readonly shown: string };

export type ReadTarget = NotifyTarget | { readonly kind: 'wrong'; readonly message: string; readonly next: string };

/** @param text  what stands after `--on-change` */
export function readNotifyTarget(text: string): ReadTarget {
  const command = text.trim();
  if (command === '') return wrong('nothing');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(command)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'command', command, shown: shownCommand(command) };
  if (scheme !== 'http' && scheme !== 'https') return wrong(`an address of ${scheme}`);
  if (!URL.canParse(command)) return wrong('an address that cannot be read');
  const url = new URL(command);
  return { kind: 'url', url, shown: `${url.protocol}//${url.host}` };
}

function wrong(found: string): ReadTarget {
  return {
    kind: 'wrong',
    message: `--on-change: expected a command, or an address of http or https, found ${found}`,
    next: 'nightlight watch logs/ --on-change \'notify-send "$NIGHTLIGHT_TEXT"\'',
  };
}

/** Its first word that is no assignment, without the folders. */
function shownCommand(command: string): string {
  const word = command.split(/\s+/).find((candidate) => !/^\w+=/.test(candidate)) ?? 'command';
  return word.replace(/^.*[\\/]/, '') || 'command';
}
