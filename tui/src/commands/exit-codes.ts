/** The exit codes, once: the help topic and docs/exit-codes.md say these words. */
export const EXIT_CODES: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: 0, meaning: 'done; no gate tripped' },
  { code: 1, meaning: 'failed: an input could not be read or an output not written, or Nightlight itself broke' },
  { code: 2, meaning: 'wrong usage: an option or argument that cannot be understood' },
  { code: 3, meaning: 'a --fail-on gate tripped: something was proven or shown' },
  {
    code: 4,
    meaning:
      'not enough data to judge: a gate could not be decided, there is no Lambda invocation in the input, or the runs do not allow a ranking',
  },
  { code: 130, meaning: 'interrupted (Ctrl-C); nothing half-written is left behind' },
];
