/**
 * The properties are tried with the same values in every run, so that a run says something of the change and not of the
 * draw. NIGHTLIGHT_PROPERTY_SEED=N draws others, `random` new ones each time: whoever finds a failure adds its value as an example.
 */
import { env } from 'node:process';
import fc from 'fast-check';

const wanted = env.NIGHTLIGHT_PROPERTY_SEED ?? '1';
if (wanted !== 'random') {
  const seed = Number(wanted);
  if (!Number.isSafeInteger(seed)) throw new Error(`NIGHTLIGHT_PROPERTY_SEED: expected an integer or "random", found "${wanted}"`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
