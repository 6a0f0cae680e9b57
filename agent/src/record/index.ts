/** The contract between the agent that measures and the analyzer that judges. */
export {
  type Bytes,
  bytes,
  type EpochMilliseconds,
  epochMilliseconds,
  type Mebibytes,
  type Milliseconds,
  mebibytes,
  milliseconds,
} from './units.ts';
