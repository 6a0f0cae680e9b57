/** As much of autocannon as is used here; it brings no types of its own. Source: its README, "Programmatic usage". */
declare module 'autocannon' {
  interface Running {
    stop(): void;
    on(event: 'response', listener: (client: unknown, status: number, byteCount: number, latencyMs: number) => void): void;
  }
  export default function autocannon(
    settings: object,
    done: (error: Error | null | undefined, result: { readonly errors: number }) => void,
  ): Running;
}
