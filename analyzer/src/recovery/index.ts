/** How hard it will be to find the cause: suspects, difficulty, and the patterns that make it harder. */
export { type DependencyGraph, dependencyGraph, graphOfCalls } from './dependency-graph.ts';
export type { Incident } from './incident-scene.ts';
export { rankSuspects, type Suspect, type SuspectRanking } from './suspects.ts';
