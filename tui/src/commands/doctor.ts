/** `nightlight doctor`: looks, before the night, at all that will be needed in it. Nothing is changed, and nobody is asked. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printable } from '@nightlight/analyzer/wording';
import type { Check } from '../doctor/check.ts';
import { checkClock } from '../doctor/check-clock.ts';
import { checkIncidentLog } from '../doctor/check-incident-log.ts';
import { checkPort } from '../doctor/check-port.ts';
import { checkAgent, checkAws, checkLayer, checkNode } from '../doctor/check-programs.ts';
import { checkSample } from '../doctor/check-sample.ts';
import { checkTerminal } from '../doctor/check-terminal.ts';
import { type DoctorFlags, type SettingInForce, settingsInForce } from '../doctor/settings-in-force.ts';
import { incidentLogPath } from '../incident/incident-log.ts';
import { SHIPPED_LAYER } from '../layer/shipped-layer.ts';
import type { World } from '../world.ts';
import { findConfig, knownFailures } from './config-file.ts';
import { SHIPPED_DEMO } from './shipped-demo.ts';

export interface DoctorOptions extends DoctorFlags {
  readonly config?: boolean;
}

export interface ShippedPlaces {
  readonly layer: string;
  /** The preload for long-running programs. */
  readonly agent: string;
  readonly demo: string;
}

/** Beside the bundle. */
const SHIPPED_AGENT = fileURLToPath(new URL('./agent/preload.cjs', import.meta.url));

/** @returns 0, or 1 when something will not work; what cannot be told is no failure */
export async function runDoctor(
  options: DoctorOptions,
  world: World,
  places: ShippedPlaces = { layer: SHIPPED_LAYER, agent: SHIPPED_AGENT, demo: SHIPPED_DEMO },
): Promise<number> {
  if (options.config === true) {
    world.stdout.write(tableOf(inForce(options, world)));
    return 0;
  }
  const { environment } = world;
  const checks: readonly Check[] = [
    checkNode(),
    ...checkTerminal(world, process.stdout.rows),
    checkClock(world.nowMs(), fileURLToPath(import.meta.url)),
    ...(await Promise.all([
      checkPort(),
      checkAws(environment),
      checkLayer(places.layer),
      checkAgent(places.agent, environment),
      checkSample(places.demo, world),
    ])),
    checkIncidentLog(incidentLogPath(options.log, environment)),
  ];
  world.stdout.write(`${checks.map(lineOf).join('')}\n${summaryOf(checks)}\n`);
  return countOf(checks, '!') === 0 ? 0 : 1;
}

/** What cannot be told here is no failure, and not there either. */
function summaryOf(checks: readonly Check[]): string {
  const [wrongCount, unsureCount] = [countOf(checks, '!'), countOf(checks, '?')];
  if (wrongCount > 0) return `${wrongCount} of ${checks.length} will not work.`;
  return unsureCount === 0
    ? 'All that is needed is there.'
    : `Nothing that was looked at is wrong; ${unsureCount} of ${checks.length} cannot be told here, or is missing and not needed by everyone (?).`;
}

function countOf(checks: readonly Check[], mark: Check['mark']): number {
  return checks.filter((check) => check.mark === mark).length;
}

function inForce(options: DoctorOptions, world: World): readonly SettingInForce[] {
  const file = findConfig(process.cwd());
  const known = knownFailures(process.cwd(), world.nowMs()) ?? [];
  return settingsInForce(
    options,
    world,
    file === undefined || !existsSync(file.path)
      ? undefined
      : { path: file.path, knownCount: known.length, mutedCount: known.filter(({ mutedUntilMs }) => mutedUntilMs !== undefined).length },
  );
}

function lineOf({ mark, what, found, next }: Check): string {
  const line = `${mark.padEnd(2)}  ${what.padEnd(12)}  ${printable(found)}\n`;
  return next === '' ? line : `${line}${' '.repeat(18)}next: ${printable(next)}\n`;
}

function tableOf(settings: readonly SettingInForce[]): string {
  const [nameWidth, valueWidth] = [widthOf(settings.map(({ name }) => name)), widthOf(settings.map(({ value }) => value))];
  return settings
    .map(({ name, value, from }) => `${name.padEnd(nameWidth)}  ${printable(value).padEnd(valueWidth)}  ${printable(from)}\n`)
    .join('');
}

function widthOf(words: readonly string[]): number {
  return Math.min(48, Math.max(...words.map((word) => word.length)));
}
