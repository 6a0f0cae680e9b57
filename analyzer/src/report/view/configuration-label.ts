/** One short name for a function in one version at one memory size. */
import type { ConfigurationName } from '../../diagnose/sections.ts';
import { memoryText } from '../wording/numbers.ts';

/** `pricing`, `pricing v88`, `pricing v88, 512 MB` */
export function configurationLabel(name: {
  readonly functionName: string;
  readonly version: string | undefined;
  readonly memorySizeMb: number | undefined;
}): string {
  const version = name.version === undefined || UNTOLD.has(name.version) ? '' : ` v${name.version}`;
  const memory = name.memorySizeMb === undefined ? '' : `${version === '' ? '' : ','} ${memoryText(name.memorySizeMb)}`;
  return `${name.functionName}${version}${memory}`;
}

/** As `configurationLabel`, for tables: version and memory only where the function has several. */
export function labelAmong(name: ConfigurationName, all: readonly ConfigurationName[]): string {
  const own = all.filter((other) => other.functionName === name.functionName);
  const versions = new Set(own.map((other) => other.version));
  const sizes = new Set(own.map((other) => other.memorySizeMb));
  return configurationLabel({
    functionName: name.functionName,
    version: versions.size > 1 ? name.version : undefined,
    memorySizeMb: sizes.size > 1 ? name.memorySizeMb : undefined,
  });
}

const UNTOLD = new Set(['$LATEST', '?', '']);
