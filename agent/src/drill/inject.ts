/** Puts the fault of an armed drill in its places: one line for each kind. */
import type { ArmedDrill } from './armed-drill.ts';
import { acknowledgement } from './faults/acknowledgement.ts';
import { blackHole } from './faults/black-hole.ts';
import { blockedLoop } from './faults/blocked-loop.ts';
import { skewClock } from './faults/clock-skew.ts';
import { latency } from './faults/latency.ts';
import { leak } from './faults/leak.ts';
import { refused } from './faults/refused.ts';
import { reset } from './faults/reset.ts';
import { slowStart } from './faults/slow-start.ts';
import { smallPool } from './faults/small-pool.ts';
import { truncatedBody } from './faults/truncated-body.ts';
import { workError } from './faults/work-error.ts';
import { wrongBody } from './faults/wrong-body.ts';
import { hurtFetchRequests } from './hooks/fetch-requests.ts';
import type { HurtItem } from './hooks/handled-items.ts';
import { hurtHttpRequests } from './hooks/http-requests.ts';
import { denyNames } from './hooks/looked-up-names.ts';
import { hurtRequests, markRequests } from './hooks/served-works.ts';
import { hurtTcpWrites } from './hooks/tcp-writes.ts';
import type { HurtCall } from './hurt-call.ts';

export interface Injected {
  /** For jobs and invocations, which are handed over from elsewhere. */
  readonly item?: HurtItem;
  /** What is not hurt here although it was meant. */
  readonly limit?: string | undefined;
  /** Nothing is left to do. */
  readonly isOver?: boolean;
}

export function inject(drill: ArmedDrill): Injected {
  const { fault } = drill.plan;
  switch (fault.kind) {
    case 'latency':
      return calls(drill, latency(drill, fault));
    case 'error':
      return calls(drill, refused(fault));
    case 'reset':
      return calls(drill, reset());
    case 'black-hole':
      return calls(drill, blackHole(drill));
    case 'wrong-body':
      return calls(drill, wrongBody(fault));
    case 'truncated-body':
      return calls(drill, truncatedBody(fault));
    case 'small-pool':
      return calls(drill, smallPool(drill));
    case 'dns-failure':
      denyNames(drill, fault);
      return {};
    case 'leak':
      return works(drill, leak(drill, fault));
    case 'blocked-loop':
      return works(drill, blockedLoop(drill, fault));
    case 'clock-skew':
      skewClock(drill, fault);
      markRequests(drill);
      return { item: { drill } };
    case 'acknowledgement':
      return { item: { drill, ...acknowledgement(fault) } };
    case 'work-error':
      return { item: { drill, ...workError(fault) } };
    case 'slow-start':
      slowStart(drill, fault);
      return { isOver: true };
    default:
      return fault satisfies never;
  }
}

function calls(drill: ArmedDrill, fault: HurtCall): Injected {
  if (drill.plan.match.protocol === 'tcp') {
    hurtTcpWrites(drill, fault);
    return {};
  }
  hurtHttpRequests(drill, fault);
  return { limit: hurtFetchRequests(drill, fault) };
}

function works(drill: ArmedDrill, begin: () => void): Injected {
  hurtRequests(drill, begin);
  return { item: { drill, begin } };
}
