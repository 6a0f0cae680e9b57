/**
 * The door for whoever runs drills: scenarios, tokens, and the files by which a process is told. Nothing here hurts anything; what
 * does is `@nightlight/agent/drill`, which the process to be hurt must have loaded itself.
 */
export {
  type ArmCommand,
  abortFile,
  armFile,
  type DrillState,
  type DrillStatus,
  readStatuses,
  writeAbort,
  writeArm,
} from './control-files.ts';
export { type FaultPlan, type Match, type Planned, planFault } from './plan-fault.ts';
export {
  DEFAULT_DURATION_MS,
  type Fault,
  type FaultKind,
  LONGEST_DURATION_MS,
  type OutsideStep,
  type Pick,
  type Scenario,
  type StopLines,
} from './scenario.ts';
export { scenarioHash } from './scenario-hash.ts';
export { scenarioProblem, scenarioSchema } from './scenario-schema.ts';
export { SCENARIOS, scenarioNamed } from './scenarios.ts';
export { type Host, judgeTarget, looksLikeProduction, type TargetVerdict } from './target.ts';
export {
  DRILL_HEADER,
  type DrillClaims,
  LONGEST_TOKEN_MS,
  type ReadToken,
  readToken,
  SHORTEST_SECRET,
  signToken,
  type TokenRefusal,
} from './token.ts';
