/** The keys of `watch`, once: the footer and the help on `?` say these words. */
export const KEYS = [
  { keys: '↑ ↓', short: 'select', meaning: 'choose a function; below it stands what was found there (also j and k)' },
  { keys: 'r', short: 're-read', meaning: 'read the inputs again' },
  { keys: '?', short: 'help', meaning: 'show or hide these keys' },
  { keys: 'q', short: 'quit', meaning: 'leave (also Ctrl-C)' },
] as const;
