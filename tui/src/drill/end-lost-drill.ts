/** A drill whose controller was killed: the fault ended by itself long ago; here its processes end, and its truth is told. */
import { rmSync } from 'node:fs';
import { writeAbort } from '@nightlight/agent/drill-control';
import { TOOL } from '@nightlight/analyzer/recovery';
import { appendMark, readIncidentLog } from '../incident/incident-log.ts';
import type { World } from '../world.ts';
import { type CurrentDrill, giveTurn } from './current-drill.ts';
import { killTarget } from './drilled-target.ts';

export function endLostDrill(path: string, drill: CurrentDrill, world: World): void {
  const { incident, controlFolder, log, sealed, targetPid } = drill;
  writeAbort(controlFolder);
  if (targetPid !== undefined) killTarget(targetPid);
  // Nothing was injected where nothing says so: then there is nothing to tell.
  if (readIncidentLog(log).marks.some((mark) => mark.incident === incident)) {
    const { component, architecture, scenario, people, word } = sealed;
    appendMark(
      log,
      {
        incident,
        mark: 'note',
        by: TOOL,
        component,
        architecture,
        scenario,
        note: `it was ${scenario.id} at ${component}; sealed with ${word}`,
        ...(people === undefined ? {} : { people }),
      },
      world,
    );
    appendMark(log, { incident, mark: 'recovered', by: TOOL, note: 'the drill is over: whoever ran it was gone' }, world);
  }
  rmSync(controlFolder, { recursive: true, force: true });
  giveTurn(path);
}
