/**
 * Parts that every function needs, but not while its process starts: the preload carries them, as comments.
 *
 * V8 reads the code of a function that nobody calls yet as well, at some 150 instructions a byte, a string at 35, a comment at
 * next to none; and a function gives its text, comments and all (ECMA-262, `Function.prototype.toString`). So
 * `setup/bundle-agent.mjs` puts the text of a part in the place of each of these calls. Where a tool has taken the comments out,
 * the part is loaded from the file of its name, as all others are.
 */
declare function TEXT_OF_HOST(): void;
declare function TEXT_OF_INVOCATIONS(): void;

const CARRIERS: Readonly<Record<string, () => void>> = {
  host: () => TEXT_OF_HOST(),
  invocations: () => TEXT_OF_INVOCATIONS(),
};

/** @returns the part's text; undefined where the preload does not carry it */
export const inlinedPart = (name: string): string | undefined => `${CARRIERS[name]}`.split('*/')[0]!.split('/*')[1];
