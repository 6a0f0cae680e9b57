/** Loaded when one of our variables is set, or outside Lambda. */
import type { Agent } from '../agent.ts';
import { readSettings as read, type Settings } from '../settings.ts';

/** Says of each variable that was not understood what is accepted, once. */
export function readSettings(env: NodeJS.ProcessEnv, inLambda: boolean, note: Agent['note']): Settings {
  const settings = read(env, inLambda);
  for (const problem of settings.problems) note('setting', problem);
  return settings;
}
