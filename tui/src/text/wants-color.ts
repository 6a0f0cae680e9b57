/** Whether to colour: never what is not a terminal, unless it is forced; `NO_COLOR` and `--no-color` always win. */
export function wantsColor(flag: boolean, isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (!flag || (environment.NO_COLOR ?? '') !== '') return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && environment.TERM !== 'dumb';
}
