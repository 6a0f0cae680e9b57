/** `nightlight layer build`: the zip of the Lambda layer, from the files that this command brings along. Nothing is uploaded. */
import { createHash } from 'node:crypto';
import { type LayerFile, readLayer, SHIPPED_LAYER } from '../layer/shipped-layer.ts';
import { zipArchive } from '../layer/zip-archive.ts';
import { LAYER_ZIP, publishCommand } from '../model/layer-config.ts';
import { shellWord } from '../model/shell-word.ts';
import type { World } from '../world.ts';
import { writeWhole } from '../write-whole.ts';

export interface LayerBuildOptions {
  readonly out?: string;
}

/** @param layerFolder  the layer's files, laid out as under /opt */
export async function runLayerBuild(options: LayerBuildOptions, world: World, layerFolder = SHIPPED_LAYER): Promise<number> {
  const out = options.out ?? LAYER_ZIP;
  const files = readLayer(layerFolder);
  const zip = zipArchive(files);
  writeWhole(out, zip);
  world.stdout.write(`${out}
${String(zip.byteLength).padStart(9)} bytes, ${files.length} files
  sha256  ${createHash('sha256').update(zip).digest('hex')}

under /opt
${files.map(fileLine).join('\n')}

Nothing was uploaded. To publish it yourself:
  ${publishCommand(shellWord(out)).replaceAll('\n', '\n  ')}
next: nightlight layer config sam | cdk | terraform | serverless
`);
  return 0;
}

function fileLine({ path, content, isExecutable }: LayerFile): string {
  return `${String(content.byteLength).padStart(9)}  ${path}${isExecutable ? '  (executable)' : ''}`;
}
