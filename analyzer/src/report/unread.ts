/** Which inputs were not read. The log of something else than Lambda was: there is only nothing in it to judge. */
import type { InputFile } from './report.ts';

export function isUnread(file: InputFile): boolean {
  return file.error !== undefined && file.error.code !== 'READ_NOT_LAMBDA';
}
