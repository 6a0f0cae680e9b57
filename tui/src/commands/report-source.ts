/** A report at rest as the source of a dashboard: it changes only when the inputs are read again. */
import type { PictureSource, Report } from '@nightlight/analyzer';
import type { Views } from '../analyzer-door.ts';
import { reportPicture } from '../model/report-picture.ts';

export interface ReportSource extends PictureSource {
  replace(report: Report): void;
}

export function reportSource(report: Report, paths: readonly string[], views: Pick<Views, 'readEvidenceLine' | 'printable'>): ReportSource {
  const names = paths.map((path) => views.printable(path));
  let picture = reportPicture(report, names, 1);
  const listeners = new Set<() => void>();
  return {
    picture: () => picture,
    lines: (evidence) =>
      Promise.all(
        evidence.map(async (each) => {
          const line = await views.readEvidenceLine(each);
          const text = line.kind === 'line' ? line.text : line.because;
          return { atMs: undefined, source: views.printable(each.path), text, evidence: each };
        }),
      ),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    replace(next) {
      picture = reportPicture(next, names, picture.version + 1);
      for (const listener of listeners) listener();
    },
  };
}
