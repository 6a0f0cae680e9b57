/** Writes what is on the screen, or the whole report behind it, to a file: which of them, the file's ending says. */
import type { Picture } from '@nightlight/analyzer';
import type { Views } from '../analyzer-door.ts';
import { type Line, textOf } from '../frame/line.ts';
import { writeWhole } from '../write-whole.ts';

export interface ShownView {
  readonly picture: Picture;
  readonly lines: readonly Line[];
}

/**
 * @returns what to say of it
 * @throws CommandError when it cannot be written
 */
export function exportView(
  file: string,
  { picture, lines }: ShownView,
  views: Pick<Views, 'renderMarkdown' | 'reportToJson' | 'writeJson'>,
): string {
  const screen = lines.map((line) => textOf(line).trimEnd()).join('\n');
  const ending = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  switch (ending) {
    case 'md':
      writeWhole(file, `\`\`\`text\n${screen}\n\`\`\`\n\n${views.renderMarkdown(picture.report, {})}`);
      return `${file}: this screen and the whole report, as Markdown`;
    case 'json':
      writeWhole(file, `${views.writeJson(views.reportToJson(picture.report, {}), 2)}\n`);
      return `${file}: the report, as nightlight schema report says`;
    case 'html':
      writeWhole(file, htmlOf(lines));
      return `${file}: this screen, for a browser`;
    case 'txt':
    case 'text':
      writeWhole(file, `${screen}\n`);
      return `${file}: this screen, as text`;
    default:
      return `${file}: expected a name that ends in .md, .json, .html or .txt`;
  }
}

/** Colours repeat what a word or a mark says, so two are enough. */
function htmlOf(lines: readonly Line[]): string {
  const rows = lines.map((line) =>
    line
      .map(({ text, style }) => {
        const escaped = text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
        return style === 'plain' ? escaped : `<span class="${style}">${escaped}</span>`;
      })
      .join(''),
  );
  return `<!doctype html>
<meta charset="utf-8">
<title>nightlight</title>
<style>pre{font:14px/1.3 monospace}.bad{color:#b00020}.warn,.mark{color:#a35200}.info,.key{color:#0050a0}.ok{color:#00695c}.dim,.gap,.frame{color:#777}.strong,.title{font-weight:bold}</style>
<pre>
${rows.join('\n')}
</pre>
`;
}
