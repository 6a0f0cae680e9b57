/** The scenarios that are shipped: one for each way of failing that a team should have met before the night. */
import type { Scenario } from './scenario.ts';
import { CALL_SCENARIOS } from './scenarios/calls-to-others.ts';
import { PROCESS_SCENARIOS } from './scenarios/inside-the-process.ts';
import { MESSAGE_SCENARIOS } from './scenarios/messages-and-versions.ts';

export const SCENARIOS: readonly Scenario[] = [...CALL_SCENARIOS, ...PROCESS_SCENARIOS, ...MESSAGE_SCENARIOS];

export const scenarioNamed = (id: string): Scenario | undefined => SCENARIOS.find((scenario) => scenario.id === id);
