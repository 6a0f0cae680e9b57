/** All chapters in the order of reading; the empty ones are left out. */
import type { Report } from '../report.ts';
import { answersView } from './answers-view.ts';
import { coldStartsView } from './cold-starts-view.ts';
import { costView } from './cost-view.ts';
import { dataQualityView } from './data-quality-view.ts';
import { failuresView } from './failures-view.ts';
import { functionsView } from './functions-view.ts';
import { latencyView } from './latency-view.ts';
import { limitsView } from './limits-view.ts';
import { memoryView } from './memory-view.ts';
import { messagesView } from './messages-view.ts';
import { modesView } from './modes-view.ts';
import { outboundCallsView } from './outbound-calls-view.ts';
import { processesView, routesView } from './processes-view.ts';
import { recoveryView } from './recovery-view.ts';
import { resilienceView } from './resilience-view.ts';
import type { SectionView, ViewSettings } from './section-view.ts';
import { extensionsView, metricsView, silenceView } from './surroundings-view.ts';
import { changesView, trafficView } from './traffic-view.ts';

export function sectionViews(report: Report, settings: ViewSettings): SectionView[] {
  return [
    functionsView,
    failuresView,
    recoveryView,
    modesView,
    answersView,
    latencyView,
    routesView,
    outboundCallsView,
    resilienceView,
    messagesView,
    coldStartsView,
    memoryView,
    processesView,
    limitsView,
    changesView,
    trafficView,
    silenceView,
    extensionsView,
    costView,
    metricsView,
    dataQualityView,
  ]
    .map((view) => view(report, settings))
    .filter((section) => section.sentences.length > 0 || section.notes.length > 0 || (section.table?.rows.length ?? 0) > 0);
}
