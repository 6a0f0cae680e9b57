/** What the runtime client calls of its native half. */
export interface NextEvent {
  readonly bodyJson: string;
  readonly headers: Readonly<Record<string, string | number>>;
}
export function next(): Promise<NextEvent>;
export function done(requestId: string, body: string): void;
export function error(requestId: string, body: string, xrayCause: string): void;
