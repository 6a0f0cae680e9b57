/**
 * One kind of error of a component, as far as a signature asks for it: its words, where it came up, and when.
 */
export interface ErrorObservation {
  /** Type, code and masked message on one line. */
  readonly text: string;
  /** What may be quoted of it: masked, where `text` also holds the message as it was. */
  readonly quote?: string | undefined;
  readonly count: number;
  /** An answer of status 500, or an end without an error line: it says nothing but that it failed. */
  readonly isWordless?: true;
  /** Lines that name no request: the words of failures that have none, as far as their counts go together. */
  readonly isOnlyLogged?: true;
  /** Requests that could have failed so. */
  readonly exposedCount?: number | undefined;
  /** A browser's error counts for the page that it was seen on. */
  readonly seenBy?: 'server' | 'client' | undefined;
  readonly versions?:
    | readonly { readonly version: string; readonly count: number; readonly requestCount?: number | undefined }[]
    | undefined;
  /** Versions that served requests while this error was seen, with or without it. */
  readonly liveVersionCount?: number | undefined;
  /** The peer that its message names. */
  readonly dependency?: string | undefined;
  /** Runs of minutes with this error, and how long the longest was. */
  readonly episodeCount?: number | undefined;
  readonly longestEpisodeMs?: number | undefined;
  /** Of the requests inside the episodes: the share that failed so. */
  readonly shareInEpisode?: number | undefined;
  readonly isOverBeforeEnd?: boolean | undefined;
}
