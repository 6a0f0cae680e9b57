/** The whole way from bytes to a verdict, on the recording that ships with the command: its answer is known. */
import { existsSync } from 'node:fs';
import type { World } from '../world.ts';
import { bad, type Check, ok } from './check.ts';

export async function checkSample(folder: string, world: World): Promise<Check> {
  if (!existsSync(folder))
    return bad('analysis', `the sample is not in ${folder}`, 'install nightlight again; in a checkout: npm run build');
  try {
    const report = await (await world.loadReader()).analyze([folder], { workers: 1 });
    const named = report.findings.slice(0, 3).map(({ headline, functionName }) => `${headline} ${functionName}`);
    if (report.input.failedFileCount > 0 || report.findings.length === 0)
      return bad(
        'analysis',
        `found nothing in ${folder}, which shows an incident`,
        'nightlight analyze on it says why; please report that',
      );
    return ok('analysis', `${report.input.eventCount.toLocaleString('en')} events of the demo: ${named.join('; ')}`);
  } catch (error) {
    return bad('analysis', `broke on the sample: ${(error as Error).message}`, 'please report that');
  }
}
