/** Loaded when one of our variables is set, or outside Lambda. */
import { encodeNote } from '../record/note-record.ts';
import { readSettings as read, type Settings } from '../settings.ts';

/** Says of each variable that was not understood what is accepted, once. */
export function readSettings(env: NodeJS.ProcessEnv, inLambda: boolean, writeLine: (line: string) => void): Settings {
  const settings = read(env, inLambda);
  for (const note of settings.problems) writeLine(encodeNote({ kind: 'note', about: 'setting', note }));
  return settings;
}
