/**
 * Unit types for values that cross a folder. A bare number with a wrong unit is the classic way to be
 * confidently wrong at night; these brands make the compiler refuse the mix-up and cost nothing at run time.
 */
export type Milliseconds = number & { readonly unit: 'ms' };
export type EpochMilliseconds = number & { readonly unit: 'epoch ms' };
export type Bytes = number & { readonly unit: 'By' };
/** Lambda's memory unit: it prints "MB" and means 1,048,576 bytes. */
export type Mebibytes = number & { readonly unit: 'MiB' };

export const milliseconds = (value: number): Milliseconds => value as Milliseconds;
export const epochMilliseconds = (value: number): EpochMilliseconds => value as EpochMilliseconds;
export const bytes = (value: number): Bytes => value as Bytes;
export const mebibytes = (value: number): Mebibytes => value as Mebibytes;
