/**
 * How inputs are dealt out to workers: whatever may hold lines of one sandbox stays together.
 *
 * An S3 export has a folder per stream, so its folders are independent. Files of every other shape may share streams
 * among each other (two pages of one download), so they are read one after the other by one worker.
 */
import type { InputFile } from '../read/inputs.ts';

export interface NumberedFile extends InputFile {
  /** Index in `Summary.files`. */
  readonly index: number;
}

export interface Unit {
  readonly files: readonly NumberedFile[];
  readonly bytes: number;
}

/** @returns units, largest first, so that no worker starts a large one last */
export function dealOut(inputs: readonly InputFile[]): Unit[] {
  const streams = new Map<string, NumberedFile[]>();
  const rest: NumberedFile[] = [];
  inputs.forEach((input, index) => {
    const file = { ...input, index };
    if (input.logStream === undefined) rest.push(file);
    else {
      const known = streams.get(input.group);
      if (known === undefined) streams.set(input.group, [file]);
      else known.push(file);
    }
  });
  const units = [...streams.values()].map(unitOf);
  if (rest.length > 0) units.push(unitOf(rest));
  return units.sort((a, b) => b.bytes - a.bytes);
}

function unitOf(files: readonly NumberedFile[]): Unit {
  return { files, bytes: files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0) };
}
